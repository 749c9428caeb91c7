/* SPDX-License-Identifier: Apache-2.0 */
/* From the options of `sonde read` to what a run is to do. */
#ifndef SONDE_COMMAND_READ_PARSE_H
#define SONDE_COMMAND_READ_PARSE_H

#include "command/read_session.h"

/*
 * Fills the first group of *r from r->options: 0, or -EINVAL (-ENOMEM) once the sentence that says
 * why (and, of a display filter, the place) was printed on standard error.
 */
int read_parse(struct run *r);

/* Whether a text would do as a display filter. */
bool is_display_filter(const char *text);

/* Frees what read_parse() made; safe when it failed or was never called. */
void read_parse_done(struct run *r);

#endif
