// SPDX-License-Identifier: Apache-2.0
// Virtual Router Redundancy Protocol, versions 2 and 3 (RFC 3768, RFC 5798).
#include "proto/vrrp.h"

#include <assert.h>

#include "proto/verify.h"
#include "wire/checksum.h"

#define IP_VRRP          112
#define VRRP_AUTH_SIMPLE 1 /* RFC 2338 s. 5.3.6 */
#define VRRP_AUTH_MD5    254
#define VRRP_AUTH_LEN    8 /* RFC 2338 s. 5.3.10 */
#define VRRP_MD5_LEN     16

enum vrrp_field {
	VRRP_PROTOCOL,
	VRRP_TYPEVER,
	VRRP_VERSION,
	VRRP_TYPE,
	VRRP_VIRT_RTR_ID,
	VRRP_PRIO,
	VRRP_ADDR_COUNT,
	VRRP_CHECKSUM,
	VRRP_CHECKSUM_STATUS,
	VRRP_AUTH_TYPE,
	VRRP_ADVER_INT,
	VRRP_RESERVED_MBZ,
	VRRP_SHORT_ADVER_INT,
	VRRP_IP_ADDR,
	VRRP_IPV6_ADDR,
	VRRP_AUTH_STRING,
	VRRP_MD5_AUTH_DATA,
	VRRP_CHECKSUM_BAD,
	VRRP_FIELDS
};

static const struct value_name type_names[] = {
	VALUE(1, "Advertisement"),
	VALUE_END,
};

static const struct value_name auth_names[] = {
	VALUE(0, "No Authentication"),
	VALUE(VRRP_AUTH_SIMPLE, "Simple Text Authentication [RFC 2338] / Reserved [RFC 3768]"),
	VALUE(2, "IP Authentication Header [RFC 2338] / Reserved [RFC 3768]"),
	VALUE(VRRP_AUTH_MD5, "Cisco VRRP MD5 authentication"),
	VALUE_END,
};

/* RFC 5798 s. 5.2.4 */
static const struct value_name priority_names[] = {
	VALUE(0, "Current Master has stopped participating in VRRP"),
	VALUE(100, "Default priority for a backup VRRP router"),
	VALUE(255, "This VRRP router owns the virtual router's IP address(es)"),
	VALUE_END,
};

static const struct field fields[] = {
	[VRRP_PROTOCOL] = {"vrrp", "Virtual Router Redundancy Protocol", FIELD_PROTOCOL},
	[VRRP_TYPEVER] = {"vrrp.typever", "VRRP message version and type", FIELD_UINT, BASE_DEC, 1},
	[VRRP_VERSION] = {"vrrp.version", "VRRP protocol version", FIELD_UINT, BASE_DEC, 1, 0xf0},
	[VRRP_TYPE] = {"vrrp.type", "VRRP packet type", FIELD_UINT, BASE_DEC, 1, 0x0f,
		       .names = type_names},
	[VRRP_VIRT_RTR_ID] = {"vrrp.virt_rtr_id", "Virtual Rtr ID", FIELD_UINT, BASE_DEC, 1},
	[VRRP_PRIO] = {"vrrp.prio", "Priority", FIELD_UINT, BASE_DEC, 1},
	[VRRP_ADDR_COUNT] = {"vrrp.addr_count", "Addr Count", FIELD_UINT, BASE_DEC, 1},
	[VRRP_CHECKSUM] = {"vrrp.checksum", "Checksum", FIELD_UINT, BASE_HEX, 2},
	[VRRP_CHECKSUM_STATUS] = {"vrrp.checksum.status", "Checksum Status", FIELD_UINT, BASE_NAME,
				  1, .names = checksum_status_names},
	[VRRP_AUTH_TYPE] = {"vrrp.auth_type", "Auth Type", FIELD_UINT, BASE_DEC, 1,
			    .names = auth_names},
	[VRRP_ADVER_INT] = {"vrrp.adver_int", "Adver Int", FIELD_UINT, BASE_DEC, 1},
	[VRRP_RESERVED_MBZ] = {"vrrp.reserved_mbz", "Reserved", FIELD_UINT, BASE_DEC, 1, 0xf0},
	[VRRP_SHORT_ADVER_INT] = {"vrrp.short_adver_int", "Adver Int", FIELD_UINT, BASE_DEC, 2,
				  0x0fff},
	[VRRP_IP_ADDR] = {"vrrp.ip_addr", "IP Address", FIELD_IPV4},
	[VRRP_IPV6_ADDR] = {"vrrp.ipv6_addr", "IPv6 Address", FIELD_IPV6},
	[VRRP_AUTH_STRING] = {"vrrp.auth_string", "Authentication String", FIELD_STRING},
	[VRRP_MD5_AUTH_DATA] = {"vrrp.md5_auth_data", "MD5 Authentication Data", FIELD_BYTES},
	[VRRP_CHECKSUM_BAD] = {"vrrp.checksum_bad.expert", "Bad checksum", FIELD_NONE},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == VRRP_FIELDS, "every vrrp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_VRRP, VRRP_##name)

static const struct verify_fields checksum_fields = {F(CHECKSUM), F(CHECKSUM_STATUS),
						     F(CHECKSUM_BAD)};

static void say_priority(struct dissect *d, struct cursor *c)
{
	unsigned priority = (unsigned)say_uint(d, c, F(PRIO), 1);
	const char *name = value_name(priority_names, priority);

	item_append(d->tree, d->item, " (%s)", name ? name : "Non-default backup priority");
}

static bool over_ipv6(const struct dissect *d)
{
	return d->kept.ip_source.family == 6;
}

/* RFC 5798 s. 5.2.8: version 3 sums a pseudo-header too, version 2 does over IPv6 only. */
static uint32_t sum_of(const struct dissect *d, const struct cursor *c, unsigned version,
		       bool *ret_known)
{
	const struct addr *source = &d->kept.ip_source;
	uint32_t sum = 0;

	if (addr_len(source) && (version >= 3 || over_ipv6(d)))
		sum = checksum_pseudo(0, source->bytes, d->kept.ip_destination.bytes,
				      addr_len(source), IP_VRRP, cursor_left(c));
	return verify_sum(c, sum, ret_known);
}

static void read_interval(struct dissect *d, struct cursor *c, unsigned version)
{
	uint32_t at = c->at;
	uint16_t word;

	if (version < 3) {
		say_uint(d, c, F(AUTH_TYPE), 1);
		say_uint(d, c, F(ADVER_INT), 1);
		return;
	}
	word = cursor_be16(c);
	if (!cursor_ok(c))
		return;
	say_bits(d, at, 1, word >> 8, (const uint16_t[]) {F(RESERVED_MBZ)}, 1);
	say_bits(d, at, 2, word, (const uint16_t[]) {F(SHORT_ADVER_INT)}, 1);
}

static void dissect_vrrp(struct dissect *d, struct cursor *c)
{
	struct cursor whole = *c;
	uint32_t at = c->at;
	unsigned first = cursor_u8(c);
	unsigned version = first >> 4;
	const char *type = value_name(type_names, first & 15);
	unsigned count, auth = 0;
	uint32_t open, sum;
	bool known;

	if (!cursor_ok(c))
		return;
	info_set(d, "Announcement (v%u)", version);
	d->item = tree_uint(d->tree, F(TYPEVER), at, 1, first);
	item_text(d->tree, d->item, "Version %u, Packet type %u (%s)", version, first & 15,
		  type ? type : "Unknown");
	open = say_open(d);
	say_bits(d, at, 1, first, (const uint16_t[]) {F(VERSION), F(TYPE)}, 2);
	say_close(d, open);
	say_uint(d, c, F(VIRT_RTR_ID), 1);
	say_priority(d, c);
	count = (unsigned)say_uint(d, c, F(ADDR_COUNT), 1);
	if (version < 3 && cursor_held(c))
		auth = c->base[c->at];
	read_interval(d, c, version);
	sum = sum_of(d, &whole, version, &known);
	say_checksum(d, c, &checksum_fields, sum, known);
	for (unsigned i = 0; i < count && cursor_ok(c) && dissect_step(d); i++) {
		if (over_ipv6(d))
			say_ipv6(d, c, F(IPV6_ADDR));
		else
			say_ipv4(d, c, F(IP_ADDR));
	}
	if (auth == VRRP_AUTH_SIMPLE && cursor_left(c) >= VRRP_AUTH_LEN)
		say_string(d, c, F(AUTH_STRING), VRRP_AUTH_LEN);
	else if (auth == VRRP_AUTH_MD5 && cursor_left(c) >= VRRP_MD5_LEN)
		say_bytes(d, c, F(MD5_AUTH_DATA), VRRP_MD5_LEN);
}

const struct dissector vrrp_dissector = {fields, VRRP_FIELDS, dissect_vrrp};
