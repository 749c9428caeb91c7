/* SPDX-License-Identifier: Apache-2.0 */
/* Decimal digits, two at a time: lists of millions of packets consist of them. */
#ifndef SONDE_BASE_DIGITS_H
#define SONDE_BASE_DIGITS_H

#include <stdint.h>

#define DIGITS_U64_MAX 20

/* Writes the number (below 100) as two digits; returns the place behind them. */
static inline char *digits_pair(char *at, uint32_t number)
{
	at[0] = (char)('0' + number / 10);
	at[1] = (char)('0' + number % 10);
	return at + 2;
}

/* Writes exactly nine digits, of a number below 10^9. */
static inline char *digits_nine(char *at, uint32_t number)
{
	uint32_t high = number / 10000, low = number % 10000; /* five and four digits */

	*at++ = (char)('0' + high / 10000);
	at = digits_pair(at, high / 100 % 100);
	at = digits_pair(at, high % 100);
	at = digits_pair(at, low / 100);
	return digits_pair(at, low % 100);
}

/* Writes a number without leading zeros. at: room for DIGITS_U64_MAX; nothing ends the text. */
static inline char *digits_put(char *at, uint64_t number)
{
	char text[DIGITS_U64_MAX];
	char *from = text + sizeof(text);
	uint32_t rest;

	while (number >= 100) {
		from -= 2;
		digits_pair(from, (uint32_t)(number % 100));
		number /= 100;
	}
	rest = (uint32_t)number;
	if (rest >= 10)
		digits_pair(from -= 2, rest);
	else
		*--from = (char)('0' + rest);
	while (from < text + sizeof(text))
		*at++ = *from++;
	return at;
}

#endif
