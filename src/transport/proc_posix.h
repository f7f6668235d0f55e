/*
 * What /proc tells about other processes, by reading alone: what they run, and which files they
 * map or hold open. Only for the POSIX side of this floor. Processes end while one looks: what has
 * gone, or may not be seen, is answered with "no" and never with an error.
 */
#ifndef TRANSPORT_PROC_POSIX_H
#define TRANSPORT_PROC_POSIX_H

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum proc_kind {
    PROC_OTHER,      /* nothing of Wine's, or no longer there */
    PROC_WINE,       /* runs a Windows program */
    PROC_WINESERVER, /* holds the objects of a prefix */
    PROC_HIDDEN      /* another user's: what it runs cannot be seen */
};

/* A file as a process sees it. Two are the same when both agree: an inode alone is not unique. */
struct proc_file {
    ino_t inode;
    char path[PATH_MAX];
};

/* A part of a process's memory that is a file. */
struct proc_mapping {
    struct proc_file file;
    size_t size; /* bytes */
    bool is_shared;
    bool is_writable;
};

/* The next process of a folder from opendir("/proc"), which may be null; 0 behind the last. */
long proc_next(DIR *folder);

enum proc_kind proc_kind(long pid);

/*
 * The program's name: the file name of a Windows program, or what the system calls the process.
 * Also of other users' processes. Fit to be shown: without control characters.
 */
void proc_program(long pid, char *text, size_t size);

/* Whether a process of Wine is one of its own services and tools. */
bool proc_is_part_of_wine(long pid);

/* In clock ticks since the system started, and its owner; false when it has gone. */
bool proc_start(long pid, uint64_t *started, uid_t *owner);

/* Null when the maps may not be seen. To be closed with fclose. */
FILE *proc_maps_open(long pid);
bool proc_maps_next(FILE *maps, struct proc_mapping *mapping);

/* Whether the process has any part of the file mapped. */
bool proc_maps_file(long pid, const struct proc_file *file);

/* The file behind a descriptor of our own. */
bool proc_own_file(int descriptor, struct proc_file *file);

/* Writes the path in /proc of a descriptor through which the process holds the file open. */
bool proc_find_descriptor(long pid, const struct proc_file *file, char *path, size_t size);

#endif
