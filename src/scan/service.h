/* SPDX-License-Identifier: Apache-2.0 */
/* Service names for ports: from /etc/services as the caller read it, else from IANA's registry. */
#ifndef SONDE_SCAN_SERVICE_H
#define SONDE_SCAN_SERVICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* What is scanned. IP stands for IP protocol numbers, which -p takes with P:. */
enum service_proto { SERVICE_TCP, SERVICE_UDP, SERVICE_SCTP, SERVICE_IP, SERVICE_PROTOS };

/* "tcp", "udp", "sctp", "ip". */
const char *service_proto_name(enum service_proto proto);

/* Names for ports. Read-only once made, so threads may share it. */
struct service_table;

/* One row of the table. name lives as long as the table. */
struct service_entry {
	enum service_proto proto;
	uint16_t port;
	const char *name;
};

/*
 * Makes a table of the text of /etc/services (len bytes, copied as needed; NULL and 0 for none),
 * its first name for a port counting, and of the names IANA gives to ports it says nothing
 * about. Lines that do not read as "name port/proto ..." are passed over; names keep printable
 * ASCII only, any other byte becomes "_", and are cut at 63 bytes. NULL when memory ran out.
 */
struct service_table *service_table_new(const char *text, size_t len);

/* Frees it; NULL is fine. */
void service_table_free(struct service_table *table);

/* The name of a port, "unknown" when it has none (as Nmap prints). table may be NULL. */
const char *service_name(const struct service_table *table, enum service_proto proto,
			 uint16_t port);

/* How many rows there are, and row number at (< count), sorted by protocol and port. */
size_t service_count(const struct service_table *table);
struct service_entry service_at(const struct service_table *table, size_t at);

#endif
