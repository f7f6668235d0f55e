/* Folders: what is in one, and making those that a file wants to be in. */
#ifndef TRANSPORT_FOLDERS_H
#define TRANSPORT_FOLDERS_H

#include <stdbool.h>

/*
 * Tells each name in a folder, in no order, but for "." and "..". False: there is no such folder,
 * or it may not be read.
 */
bool folder_list(const char *path, void (*take)(void *owner, const char *name, bool is_folder),
                 void *owner);

/*
 * Makes the folders on the way to a file that are not there, for their owner alone. Whether all are
 * there shows when the file is opened.
 */
void folder_make_for(const char *file_path);

#endif
