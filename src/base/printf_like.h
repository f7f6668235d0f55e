/* Lets the compiler check the arguments of our own functions that take a printf format. */
#ifndef BASE_PRINTF_LIKE_H
#define BASE_PRINTF_LIKE_H

#include <stdio.h> /* says which printf it is: mingw-w64 has Microsoft's and C99's */

#ifdef __MINGW_PRINTF_FORMAT
#define PRINTF_LIKE(format_index, first)                                                           \
    __attribute__((format(__MINGW_PRINTF_FORMAT, format_index, first)))
#else
#define PRINTF_LIKE(format_index, first) __attribute__((format(printf, format_index, first)))
#endif

#endif
