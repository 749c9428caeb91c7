// SPDX-License-Identifier: Apache-2.0
// An IPv4 or IPv6 address, or a MAC, as bytes in network order with its text form.
#include "wire/addr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* Each with its dot; what is behind that is written over by the next. */
#define TEN(tens)                                                                                  \
	tens "0.", tens "1.", tens "2.", tens "3.", tens "4.", tens "5.", tens "6.", tens "7.",    \
		tens "8.", tens "9."

static const char octets[256][4] = {
	TEN(""),   TEN("1"),  TEN("2"),  TEN("3"),  TEN("4"),  TEN("5"),  TEN("6"),  TEN("7"),
	TEN("8"),  TEN("9"),  TEN("10"), TEN("11"), TEN("12"), TEN("13"), TEN("14"), TEN("15"),
	TEN("16"), TEN("17"), TEN("18"), TEN("19"), TEN("20"), TEN("21"), TEN("22"), TEN("23"),
	TEN("24"), "250.",    "251.",    "252.",    "253.",    "254.",    "255.",
};

struct addr addr_v4(const uint8_t bytes[static 4])
{
	struct addr a = {.family = 4};

	memcpy(a.bytes, bytes, 4);
	return a;
}

struct addr addr_v4_number(uint32_t number)
{
	return (struct addr) {
		.family = 4,
		.bytes = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
			  (uint8_t)number},
	};
}

struct addr addr_v6(const uint8_t bytes[static 16])
{
	struct addr a = {.family = 6};

	memcpy(a.bytes, bytes, 16);
	return a;
}

bool addr_parse(const char *text, struct addr *ret_addr)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1)
		*ret_addr = addr_v4(bytes);
	else if (inet_pton(AF_INET6, text, bytes) == 1)
		*ret_addr = addr_v6(bytes);
	else
		return false;
	return true;
}

static inline char *put_octet(char *at, uint8_t octet)
{
	memcpy(at, octets[octet], sizeof(octets[0]));
	return at + 2 + (octet >= 10) + (octet >= 100);
}

char *addr_put_v4(char *at, uint32_t number)
{
	at = put_octet(at, (uint8_t)(number >> 24));
	at = put_octet(at, (uint8_t)(number >> 16));
	at = put_octet(at, (uint8_t)(number >> 8));
	return put_octet(at, (uint8_t)number) - 1;
}

const char *addr_text(const struct addr *a, char out[static ADDR_TEXT_MAX])
{
	if (a->family == 4)
		*addr_put_v4(out, addr_number(a)) = '\0';
	else if (a->family == 6)
		inet_ntop(AF_INET6, a->bytes, out, ADDR_TEXT_MAX);
	else
		snprintf(out, ADDR_TEXT_MAX, "none");
	return out;
}

uint64_t addr_hash(const struct addr *a, const struct hash_key *key)
{
	struct addr first = *a; /* of its neighbours */
	uint64_t words[3] = {a->family};
	uint8_t *last = &first.bytes[a->family == 4 ? 3 : 15];

	*last = (uint8_t)(*last - *last % HASH_NEAR);
	if (a->family == 4) { /* the one that is asked for each frame of most scans */
		words[0] |= (uint64_t)addr_number(&first) << 8;
		return hash_near(hash_words(key, words, 1), a->bytes[3]);
	}
	memcpy(words + 1, first.bytes, sizeof(first.bytes));
	return hash_near(hash_words(key, words, 3), a->bytes[15]);
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, addr_len(a));
}

bool addr_is_multicast(const struct addr *a)
{
	return a->family == 4 ? (a->bytes[0] & 0xf0) == 0xe0
			      : a->family == 6 && a->bytes[0] == 0xff;
}

bool addr_is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = {[15] = 1};

	return a->family == 4 ? a->bytes[0] == 127
			      : a->family == 6 && memcmp(a->bytes, one, sizeof(one)) == 0;
}

bool addr_is_link_local(const struct addr *a)
{
	return a->family == 6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

bool addr_is_any(const struct addr *a)
{
	static const uint8_t zero[16];

	return memcmp(a->bytes, zero, addr_len(a)) == 0;
}

struct addr addr_solicited_node(const struct addr *a)
{
	return (struct addr) {
		.family = 6,
		.bytes = {0xff, 2, [11] = 1, [12] = 0xff, a->bytes[13], a->bytes[14], a->bytes[15]},
	};
}

const char *mac_text(const uint8_t mac[static MAC_LEN], bool lower, char out[static MAC_TEXT_MAX])
{
	snprintf(out, MAC_TEXT_MAX,
		 lower ? "%02x:%02x:%02x:%02x:%02x:%02x" : "%02X:%02X:%02X:%02X:%02X:%02X", mac[0],
		 mac[1], mac[2], mac[3], mac[4], mac[5]);
	return out;
}
