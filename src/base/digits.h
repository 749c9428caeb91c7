/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decimal digits and pieces of text, written straight into a line that has room for them: lists of
 * millions of packets consist of them.
 */
#ifndef SONDE_BASE_DIGITS_H
#define SONDE_BASE_DIGITS_H

#include <stdint.h>
#include <string.h>

#define DIGITS_U64_MAX    20
#define DIGITS_COLUMN     4
#define DIGITS_COLUMN_END 10000u /* numbers below fit there */

/* "00" to "99". */
extern const char digits_pairs[100][2];

/* digits_put() of a number from 10^8 on. */
char *digits_put_long(char *at, uint64_t number);

/* Writes the number (below 100) as two digits; returns the place behind them. */
static inline char *digits_pair(char *at, uint32_t number)
{
	memcpy(at, digits_pairs[number], 2);
	return at + 2;
}

/* The same for four digits and a number below 10^4. */
static inline char *digits_four(char *at, uint32_t number)
{
	return digits_pair(digits_pair(at, number / 100), number % 100);
}

/* Writes a number below DIGITS_COLUMN_END into DIGITS_COLUMN characters, set right: "   7". */
static inline char *digits_column(char *at, uint32_t number)
{
	char *end = digits_four(at, number);

	at[0] = number < 1000 ? ' ' : at[0];
	at[1] = number < 100 ? ' ' : at[1];
	at[2] = number < 10 ? ' ' : at[2];
	return end;
}

/* Writes exactly nine digits, of a number below 10^9. */
static inline char *digits_nine(char *at, uint32_t number)
{
	uint32_t high = number / 10000; /* five digits of nine */

	*at++ = (char)('0' + high / 10000);
	return digits_four(digits_four(at, high % 10000), number % 10000);
}

/* How many digits a number has. */
static inline unsigned digits_count(uint64_t number)
{
	unsigned count = 1;

	for (; number >= 10000; number /= 10000)
		count += 4;
	return count + (number >= 10) + (number >= 100) + (number >= 1000);
}

/* Writes a number below 10^4 without leading zeros; returns the place behind it. */
static inline char *digits_short(char *at, uint32_t number)
{
	if (number < 10) {
		*at = (char)('0' + number);
		return at + 1;
	}
	if (number < 100)
		return digits_pair(at, number);
	if (number >= 1000)
		return digits_four(at, number);
	*at = (char)('0' + number / 100);
	return digits_pair(at + 1, number % 100);
}

/* Writes a number without leading zeros; at: room for DIGITS_U64_MAX. Nothing ends the text. */
static inline char *digits_put(char *at, uint64_t number)
{
	if (number < 10000)
		return digits_short(at, (uint32_t)number);
	if (number >= 100000000)
		return digits_put_long(at, number);
	return digits_four(digits_short(at, (uint32_t)number / 10000), (uint32_t)number % 10000);
}

/* Writes a text without its NUL; returns the place behind it. For constants: they become moves. */
static inline char *digits_text(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len);
	return at + len;
}

#endif
