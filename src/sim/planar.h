/*
 * Directions in the ground plane, as pairs of x and z, with nothing from libm but sqrtf: the
 * results are the same to the last bit wherever float is IEEE 754 and computed as such.
 */
#ifndef SIM_PLANAR_H
#define SIM_PLANAR_H

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdint.h>

static_assert(FLT_EVAL_METHOD == 0, "float must be computed as float: no x87, no fast modes");

/* Makes the length 1; a vector that has no direction becomes +z. */
static inline void planar_normalise(float *x, float *z)
{
    float length = sqrtf(*x * *x + *z * *z);
    if (!(length > 1e-12f && length < 1e12f)) {
        *x = 0.0f;
        *z = 1.0f;
        return;
    }
    *x /= length;
    *z /= length;
}

/* Sine and cosine of -pi/4 .. pi/4 to float accuracy. */
static inline float planar_sine(float a)
{
    float q = a * a;
    return a * (1.0f + q * (-1.66666667e-1f + q * (8.33333333e-3f + q * -1.98412698e-4f)));
}

static inline float planar_cosine(float a)
{
    float q = a * a;
    return 1.0f + q * (-0.5f + q * (4.16666667e-2f + q * (-1.38888889e-3f + q * 2.48015873e-5f)));
}

/* Turns a direction by an angle of -pi/4 .. pi/4 about Y: +z towards +x is positive. */
static inline void planar_turn(float *x, float *z, float angle)
{
    float sine = planar_sine(angle), cosine = planar_cosine(angle);
    float turned_x = *x * cosine + *z * sine;
    float turned_z = *z * cosine - *x * sine;
    *x = turned_x;
    *z = turned_z;
    planar_normalise(x, z);
}

/* The direction of a heading in thousandths of a degree; quarter turns are exact. */
static inline void planar_heading(int32_t millidegrees, float *x, float *z)
{
    int32_t angle = (millidegrees % 360000 + 360000) % 360000;
    int32_t quarters = (angle + 45000) / 90000;
    float rest = (float)(angle - quarters * 90000) * (3.14159265f / 180000.0f);
    float sine = planar_sine(rest), cosine = planar_cosine(rest);
    const float along_x[4] = {sine, cosine, -sine, -cosine};
    const float along_z[4] = {cosine, -sine, -cosine, sine};
    *x = along_x[quarters % 4];
    *z = along_z[quarters % 4];
}

#endif
