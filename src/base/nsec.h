/* SPDX-License-Identifier: Apache-2.0 */
/* Time as a count of nanoseconds: signed, so that differences need no care for 292 years. */
#ifndef SONDE_BASE_NSEC_H
#define SONDE_BASE_NSEC_H

#include <stdint.h>

/* Nanoseconds of one monotonic clock, or a difference of two. Wall time says so in its name. */
typedef int64_t nsec_t;

#define NSEC_PER_USEC ((nsec_t)1000)
#define NSEC_PER_MSEC ((nsec_t)1000000)
#define NSEC_PER_SEC  ((nsec_t)1000000000)

/* "Never": later than every real time. */
#define NSEC_NEVER INT64_MAX

#endif
