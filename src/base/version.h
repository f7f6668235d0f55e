/* The version of both programs and of the module tm, "MAJOR.MINOR.PATCH". */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define TMLUA_VERSION "0.1.0"

#endif
