/* Pictures of the race of race_kit.h, and what to ask of them. */
#ifndef SUPPORT_CAMERA_KIT_H
#define SUPPORT_CAMERA_KIT_H

#include "sim/camera.h"
#include "support/race_kit.h"

enum {
    KIT_WIDTH = 160,
    KIT_HEIGHT = 120
};

/* The picture taken last. */
extern uint8_t kit_pixels[KIT_WIDTH * KIT_HEIGHT * 4];

/* A camera at that place that looks along -Z, with the projection of the chase camera. */
struct camera camera_at(float x, float y, float z);

/* Turns it, after what it was turned by before, about one of its own axes (0 X, 1 Y, 2 Z). */
void camera_turn(struct camera *camera, int axis, float degrees);

/* Takes a picture of the race. */
void take(const struct camera *camera);
void take_chase(void);

/* B, G, R, A; row 0 is the bottom one. */
const uint8_t *pixel_at(int column, int row);

bool is_grey(const uint8_t *pixel);       /* asphalt */
bool is_brown(const uint8_t *pixel);      /* dirt */
bool is_green(const uint8_t *pixel);      /* grass */
bool is_blue(const uint8_t *pixel);       /* sky, hills */
bool is_red(const uint8_t *pixel);        /* the car, kerbs */
bool is_orange(const uint8_t *pixel);     /* the next gate */
bool is_cyan_green(const uint8_t *pixel); /* a gate that was passed */

/* The pixels for which `is` holds: how many, and the middle of them. */
struct patch {
    int count;
    double column, row;
};

struct patch patch_of(bool (*is)(const uint8_t *pixel));

#endif
