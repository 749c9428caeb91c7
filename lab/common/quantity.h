// SPDX-License-Identifier: Apache-2.0
/* Reads quantities as a person writes them: 40ms, 1mbit, 3%, 22,53,80-90. */
#ifndef SONDE_LAB_COMMON_QUANTITY_H
#define SONDE_LAB_COMMON_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "fail.h"

enum { PPM_WHOLE = 1000000, PORT_COUNT = 65536 };

/* A decimal whole number of at most MAX; no sign, no space. 0 or -1. */
int quantity_number(const char *text, uint64_t max, uint64_t *ret_value, struct fail *f);

/* A time with unit ns, us, ms or s ("1.5ms"), in nanoseconds, at most one hour. */
int quantity_time(const char *text, uint64_t *ret_ns, struct fail *f);

/* A share with % ("3%", "0.25%") in parts per million. */
int quantity_share(const char *text, uint32_t *ret_ppm, struct fail *f);

/* A rate with unit bit, kbit, mbit or gbit ("1mbit"), in bits per second. */
int quantity_rate(const char *text, uint64_t *ret_bps, struct fail *f);

/* A list of ports and port ranges ("22,53,80-90"); marks each in RET_SET. */
int quantity_ports(const char *text, bool ret_set[static PORT_COUNT], struct fail *f);

#endif
