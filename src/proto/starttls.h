/* SPDX-License-Identifier: Apache-2.0 */
/* Connections that begin in clear and go on with TLS: what mail and files agree upon. */
#ifndef SONDE_PROTO_STARTTLS_H
#define SONDE_PROTO_STARTTLS_H

#include "proto/dissect.h"

/*
 * The message being read is a server's, and says that TLS begins behind it: from here on the
 * connection's payload is read as that (proto/announce.h).
 */
void starttls_agreed(struct dissect *d);

/* For protocols that need to remember no more than that the client asked for it. */
void starttls_asked(const struct dissect *d, bool asked);

/* The server says yes: to that, if the client has asked for it. */
void starttls_answered(struct dissect *d);

#endif
