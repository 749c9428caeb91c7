/* SPDX-License-Identifier: Apache-2.0 */
/* The frame itself as a protocol: when, where and how long; not a header. */
#ifndef SONDE_PROTO_FRAME_H
#define SONDE_PROTO_FRAME_H

#include "proto/registry.h"

extern const struct dissector frame_dissector;
extern const struct dissector comment_dissector; /* comments of the frame, before it */

#endif
