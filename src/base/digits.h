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

/* How many digits a number has. */
static inline unsigned digits_count(uint64_t number)
{
	unsigned count = 1;

	for (; number >= 10000; number /= 10000)
		count += 4;
	return count + (number >= 10) + (number >= 100) + (number >= 1000);
}

/* Writes a number without leading zeros; at: room for DIGITS_U64_MAX. Nothing ends the text. */
static inline char *digits_put(char *at, uint64_t number)
{
	unsigned count = digits_count(number);
	char *from = at + count;

	for (; number >= 100; number /= 100)
		digits_pair(from -= 2, (uint32_t)(number % 100));
	if (number >= 10)
		digits_pair(from - 2, (uint32_t)number);
	else
		from[-1] = (char)('0' + number);
	return at + count;
}

#endif
