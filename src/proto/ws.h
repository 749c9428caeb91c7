/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's own marks in a tree: malformed, cut short, expert notes, plain lines. */
#ifndef SONDE_PROTO_WS_H
#define SONDE_PROTO_WS_H

#include "proto/registry.h"

enum ws_field {
	WS_PROTOCOL,
	WS_LINE, /* a line that is no field; its name is empty */
	WS_MALFORMED,
	WS_MALFORMED_EXPERT,
	WS_SHORT,
	WS_UNREASSEMBLED,
	WS_UNREASSEMBLED_EXPERT,
	WS_EXPERT,
	WS_EXPERT_MESSAGE,
	WS_EXPERT_SEVERITY,
	WS_EXPERT_GROUP,
	WS_FIELDS
};

extern const struct dissector ws_dissector;

#endif
