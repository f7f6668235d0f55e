/*
 * Objects of shared memory for tests: a name that no other run has, objects made and cut by
 * hand as other programs do it, and what a child does to live behind or in front of one.
 */
#ifndef SUPPORT_MEMORY_KIT_H
#define SUPPORT_MEMORY_KIT_H

#include "support/child.h"
#include "transport/shared_memory.h"

enum {
    OBJECT_SIZE = 3 * 4096
};

/* The name of the test that runs: set by its setup, free again after its teardown. */
extern char name[SLOT_NAME_SIZE_MAX];
int choose_name(void **unused);
int remove_name(void **unused);

/* A test with that setup and teardown. */
#define TEST(function) cmocka_unit_test_setup_teardown(function, choose_name, remove_name)

/* The size of the object of our name; -1: there is none. */
long object_size(void);

/* An object as other programs make it: without locks, and not empty. */
void make_by_hand(size_t size);

/* Another size for the object of our name. */
void cut_to(size_t size);

/* For children: a server whose memory is all EE, and a client that has claimed its place. */
void serve(const char *of);
void attach(const char *of);

#endif
