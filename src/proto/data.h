/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that no dissector knows. */
#ifndef SONDE_PROTO_DATA_H
#define SONDE_PROTO_DATA_H

#include "proto/registry.h"

extern const struct dissector data_dissector;

#endif
