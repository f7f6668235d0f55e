/*
 * A camera that draws a race in software: sky, ground, the road with its gates, and the car, as
 * the state of a race has it. It reads a state and changes none; it allocates nothing, knows no
 * clock, and remembers nothing from one picture to the next: the same camera, track and state
 * give the same bytes on every machine. It writes no image files.
 *
 * The world is that of the state: metres, right-handed, Y up, the ground at y = 0. A camera that
 * is not turned looks along -Z with X to its right and Y up, as in OpenGL and Blender.
 *
 * Anybody may have sent the numbers of camera and state: whatever they are, a picture comes out,
 * in a time that grows with the count of pixels and the size of the track alone.
 */
#ifndef SIM_CAMERA_H
#define SIM_CAMERA_H

#include "sim/camera_canvas.h"
#include "sim/track.h"
#include "wire/game_state.h"

/* The fields are the arguments of `updateCamera`, fact sheet "remote editor protocol", 0x05. */
struct camera {
    float position[3]; /* m, in the world */
    float rotation[4]; /* x, y, z, w: turns the camera's directions into those of the world */
    /*
     * Row 0 first; applied to column vectors in the camera's directions. What is nearer than the
     * near plane is not seen; the far plane hides nothing, haze does. A length of 1 of w is taken
     * as a metre away.
     */
    float projection[16];
};

/*
 * Behind and above the car, looking past it along its way: where it is headed, and a little to
 * where it slides. `aspect` is the width of the picture over its height.
 */
void camera_chase(struct camera *camera, const struct game_state *state, float aspect);

/* The projection of the chase camera: 61 degrees from bottom to top, from 0.3 m on. */
void camera_perspective(float projection[16], float aspect);

/*
 * Draws the whole picture. Of the state count the car (dyna.current_state, the wheels and the
 * brake of scene_mobil) and the gates passed (player_info). Numbers that are none, or absurd, are
 * put right: a position becomes 0 or is cut to 1000 km, a rotation of no length is none, a
 * projection with such a number is that of the chase camera. From below the ground, earth is
 * seen. False, and nothing is drawn: a size that camera_canvas_fits refuses.
 */
bool camera_draw(const struct camera *camera, const struct track *track,
                 const struct game_state *state, const struct camera_canvas *canvas);

#endif
