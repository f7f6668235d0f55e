#include "transport/child_process.h"

/* Windows tells whoever has a handle. */
void child_process_hear_ends(void)
{
}
