/* SPDX-License-Identifier: Apache-2.0 */
/* --packet-trace of a connect scan: the CONN lines of Nmap 7.93. */
#ifndef SONDE_REPORT_TRACE_CONNECT_H
#define SONDE_REPORT_TRACE_CONNECT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "wire/addr.h"

/*
 * Appends "CONN (0.0222s) TCP localhost > 192.0.2.20:80 => Connected\n". error: an errno; 0 means
 * that the connection stands, EINPROGRESS that it was begun.
 */
void trace_connect(struct buf *out, const struct addr *addr, uint16_t port, int error,
		   nsec_t since_start);

#endif
