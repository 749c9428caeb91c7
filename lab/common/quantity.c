// SPDX-License-Identifier: Apache-2.0
/* Reads quantities as a person writes them: 40ms, 1mbit, 3%, 22,53,80-90. */
#include "quantity.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit time_units[] = {
	{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {NULL, 0},
};
static const struct unit rate_units[] = {
	{"bit", 1}, {"kbit", 1000}, {"mbit", 1000000}, {"gbit", 1000000000}, {NULL, 0},
};
static const struct unit share_units[] = {{"%", PPM_WHOLE / 100}, {NULL, 0}};

static const uint64_t longest_time_ns = 3600ULL * 1000000000ULL;
static const uint64_t fastest_rate_bps = 100ULL * 1000000000ULL;

/* Digits, at most one point, then one of UNITS. Nine decimals are kept. */
static int with_unit(const char *text, const struct unit *units, uint64_t max, uint64_t *ret)
{
	uint64_t whole = 0, part = 0, scale = 1;
	const char *p = text;

	if (!isdigit((unsigned char)*p))
		return -1;
	for (; isdigit((unsigned char)*p); p++) {
		whole = whole * 10 + (uint64_t)(*p - '0');
		if (whole > max)
			return -1;
	}
	if (*p == '.') {
		for (p++; isdigit((unsigned char)*p); p++) {
			if (scale == 1000000000)
				return -1;
			part = part * 10 + (uint64_t)(*p - '0');
			scale *= 10;
		}
	}
	for (; units->name; units++) {
		if (strcmp(units->name, p) != 0)
			continue;
		if (whole > max / units->factor)
			return -1;
		*ret = whole * units->factor + part * units->factor / scale;
		return *ret > max ? -1 : 0;
	}
	return -1;
}

int quantity_number(const char *text, uint64_t max, uint64_t *ret_value, struct fail *f)
{
	uint64_t value = 0;
	const char *p = text;

	for (; isdigit((unsigned char)*p); p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (digit > max || value > (max - digit) / 10)
			break;
		value = value * 10 + digit;
	}
	if (p == text || *p)
		return fail_set(f, "\"%.40s\" is not a whole number from 0 to %llu.", text,
				(unsigned long long)max);
	*ret_value = value;
	return 0;
}

int quantity_time(const char *text, uint64_t *ret_ns, struct fail *f)
{
	if (with_unit(text, time_units, longest_time_ns, ret_ns) < 0)
		return fail_set(f, "\"%.40s\" is not a time such as 40ms or 1.5s.", text);
	return 0;
}

int quantity_share(const char *text, uint32_t *ret_ppm, struct fail *f)
{
	uint64_t ppm;

	if (with_unit(text, share_units, PPM_WHOLE, &ppm) < 0)
		return fail_set(f, "\"%.40s\" is not a share such as 3%% or 0.25%%.", text);
	*ret_ppm = (uint32_t)ppm;
	return 0;
}

int quantity_rate(const char *text, uint64_t *ret_bps, struct fail *f)
{
	if (with_unit(text, rate_units, fastest_rate_bps, ret_bps) < 0 || *ret_bps == 0)
		return fail_set(f, "\"%.40s\" is not a rate such as 1mbit or 500kbit.", text);
	return 0;
}

/* One port at *P; leaves *P behind it. */
static int one_port(const char **p, uint32_t *ret_port)
{
	uint32_t port = 0;

	if (!isdigit((unsigned char)**p))
		return -1;
	for (; isdigit((unsigned char)**p); (*p)++) {
		port = port * 10 + (uint32_t)(**p - '0');
		if (port >= PORT_COUNT)
			return -1;
	}
	*ret_port = port;
	return 0;
}

int quantity_ports(const char *text, bool ret_set[static PORT_COUNT], struct fail *f)
{
	const char *p = text;
	uint32_t first, last;

	for (;;) {
		if (one_port(&p, &first) < 0)
			break;
		last = first;
		if (*p == '-') {
			p++;
			if (one_port(&p, &last) < 0 || last < first)
				break;
		}
		memset(&ret_set[first], true, last - first + 1);
		if (!*p)
			return 0;
		if (*p++ != ',')
			break;
	}
	return fail_set(f, "\"%.60s\" is not a list of ports such as 22,80-90.", text);
}
