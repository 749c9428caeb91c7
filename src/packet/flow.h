/* SPDX-License-Identifier: Apache-2.0 */
/* The streams of a capture: which segments and datagrams belong together, numbered as met. */
#ifndef SONDE_PACKET_FLOW_H
#define SONDE_PACKET_FLOW_H

#include "proto/dissect.h"

/* Tables of one capture. NULL when memory ran out. */
struct flows *flows_new(void);
void flows_free(struct flows *flows);

/* What dissectors ask these tables; context: struct dissect.flows. */
extern const struct dissect_hooks flow_hooks;

#endif
