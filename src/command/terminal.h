/* SPDX-License-Identifier: Apache-2.0 */
/* What the terminal at a descriptor can show. */
#ifndef SONDE_COMMAND_TERMINAL_H
#define SONDE_COMMAND_TERMINAL_H

#include <stdbool.h>

/* True when fd is a terminal whose lines can be written over. */
bool terminal_can_redraw(int fd);

/* True when fd is a terminal that knows colours and NO_COLOR (https://no-color.org) is not set. */
bool terminal_has_color(int fd);

/* True when the locale's encoding, as the environment names it, is UTF-8. */
bool terminal_is_utf8(void);

#endif
