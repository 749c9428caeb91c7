/* SPDX-License-Identifier: Apache-2.0 */
/* The Secure Shell (RFC 4253): banner and key exchange before encryption begins. */
#ifndef SONDE_PROTO_SSH_H
#define SONDE_PROTO_SSH_H

#include "proto/registry.h"

extern const struct dissector ssh_dissector;

#endif
