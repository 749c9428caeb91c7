/* SPDX-License-Identifier: Apache-2.0 */
/* Times as a display filter writes them. */
#ifndef SONDE_PACKET_DFILTER_TIME_H
#define SONDE_PACKET_DFILTER_TIME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * "2019-01-01", "2019-01-01 12:30[:45[.5]]", "2019-01-01T12:30:45Z", "Jan 1, 2019 12:30:45": ns
 * since 1970. Without "UTC", "Z" or "+01:00" behind it, it is the reader's local time.
 */
bool filter_parse_time(const char *text, int64_t *ret_ns);

/* Seconds with up to nine decimals that count: "0.25", in ns. */
bool filter_parse_duration(const char *text, int64_t *ret_ns);

#endif
