/* SPDX-License-Identifier: Apache-2.0 */
/* The NetBIOS Session Service over TCP (RFC 1002 s. 4.3), and SMB without NetBIOS on port 445. */
#ifndef SONDE_PROTO_NBSS_H
#define SONDE_PROTO_NBSS_H

#include "proto/registry.h"
#include "wire/cursor.h"

#define NBSS_PORT 139 /* RFC 1002 s. 6 */
#define SMB_PORT  445 /* [MS-SMB2] s. 2.1 */

struct dissect;

extern const struct dissector nbss_dissector;

/*
 * What a session or datagram carries: the column names SMB where its magic number stands, the
 * bytes are Data.
 */
void nbss_payload(struct dissect *d, const struct cursor *c);

#endif
