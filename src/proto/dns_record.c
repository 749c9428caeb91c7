// SPDX-License-Identifier: Apache-2.0
// The data of DNS records, said by a table: each type is a row of steps.
//
// Theory of operation. Most record types are a few numbers and names in a fixed order. layouts[]
// lists them as steps; one loop walks the steps and every step draws from the step budget. Types
// that are more than that (SVCB, CAA, TSIG, ...) have a function in dns_special.c.
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/nsec.h"
#include "proto/dns_parts.h"
#include "proto/dns_special.h"
#include "proto/span.h"

#define STEPS_MAX 9

enum step_kind {
	STEP_END,
	STEP_U8,
	STEP_U16,
	STEP_U32,
	STEP_SPAN, /* seconds, with words behind them */
	STEP_TIME, /* seconds since 1970 */
	STEP_NAME,
	STEP_TEXT,   /* a length byte (this field) and text (the next field) */
	STEP_TEXTS,  /* such texts to the end */
	STEP_BYTES,  /* to the end */
	STEP_STRING, /* to the end */
	STEP_IPV4,
	STEP_IPV6,
	STEP_MAC,
	STEP_OWNER,  /* no bytes: the record's name once more in Info */
	STEP_BITMAP, /* RFC 4034 s. 4.1.2 */
};

struct step {
	uint8_t kind;     /* enum step_kind */
	uint8_t field;    /* enum dns_field */
	const char *line; /* format of its words in the record's line, or NULL */
	bool info;        /* it is in the Info column too */
};

struct layout {
	uint16_t type;
	dns_special_fn *special; /* instead of steps */
	struct step steps[STEPS_MAX];
};

#define NAME_ONLY(number, field, words)                                                            \
	{                                                                                          \
		(number), NULL,                                                                    \
		{                                                                                  \
			{                                                                          \
				STEP_NAME, (field), (words), true                                  \
			}                                                                          \
		}                                                                                  \
	}
#define DS_STEPS                                                                                   \
	{                                                                                          \
		{STEP_U16, DNS_DS_KEY}, {STEP_U8, DNS_DS_ALGORITHM},                               \
			{STEP_U8, DNS_DS_DIGEST_TYPE},                                             \
		{                                                                                  \
			STEP_BYTES, DNS_DS_DIGEST                                                  \
		}                                                                                  \
	}
#define SIGNATURE_STEPS                                                                            \
	{                                                                                          \
		{STEP_U16, DNS_RRSIG_COVERED}, {STEP_U8, DNS_RRSIG_ALGORITHM},                     \
			{STEP_U8, DNS_RRSIG_LABELS}, {STEP_SPAN, DNS_RRSIG_TTL},                   \
			{STEP_TIME, DNS_RRSIG_EXPIRATION}, {STEP_TIME, DNS_RRSIG_INCEPTION},       \
			{STEP_U16, DNS_RRSIG_TAG}, {STEP_NAME, DNS_RRSIG_SIGNER},                  \
		{                                                                                  \
			STEP_BYTES, DNS_RRSIG                                                      \
		}                                                                                  \
	}

static const struct layout layouts[] = {
	/* RFC 1035 s. 3.3 */
	{DNS_A, NULL, {{STEP_IPV4, DNS_A_FIELD, ", addr %s", true}}},
	NAME_ONLY(DNS_NS, DNS_NS_FIELD, ", ns %s"),
	NAME_ONLY(3, DNS_MD, NULL),
	NAME_ONLY(4, DNS_MF, NULL),
	NAME_ONLY(DNS_CNAME, DNS_CNAME_FIELD, ", cname %s"),
	{DNS_SOA,
	 NULL,
	 {{STEP_NAME, DNS_SOA_MNAME, ", mname %s", true},
	  {STEP_NAME, DNS_SOA_RNAME},
	  {STEP_U32, DNS_SOA_SERIAL},
	  {STEP_SPAN, DNS_SOA_REFRESH},
	  {STEP_SPAN, DNS_SOA_RETRY},
	  {STEP_SPAN, DNS_SOA_EXPIRE},
	  {STEP_SPAN, DNS_SOA_MINIMUM}}},
	NAME_ONLY(7, DNS_MB, NULL),
	NAME_ONLY(8, DNS_MG, NULL),
	NAME_ONLY(9, DNS_MR, NULL),
	{10, NULL, {{STEP_BYTES, DNS_NULL_DATA}}},
	NAME_ONLY(DNS_PTR, DNS_PTR_FIELD, ", %s"),
	{13,
	 NULL,
	 {{STEP_TEXT, DNS_HINFO_CPU_LEN, ", CPU %s", true},
	  {STEP_TEXT, DNS_HINFO_OS_LEN, ", OS %s", true}}},
	{14, NULL, {{STEP_NAME, DNS_MINFO_R}, {STEP_NAME, DNS_MINFO_E}}},
	{DNS_MX,
	 NULL,
	 {{STEP_U16, DNS_MX_PREFERENCE, ", preference %s", true},
	  {STEP_NAME, DNS_MX_FIELD, ", mx %s", true}}},
	{16, NULL, {{STEP_TEXTS, DNS_TXT_LEN}}},
	{17, NULL, {{STEP_NAME, DNS_RP_MAILBOX}, {STEP_NAME, DNS_RP_TXT}}}, /* RFC 1183 */
	{18, NULL, {{STEP_U16, DNS_AFSDB_SUBTYPE}, {STEP_NAME, DNS_AFSDB_HOST}}},
	{21, NULL, {{STEP_U16, DNS_RT_PREFERENCE}, {STEP_NAME, DNS_RT_HOST}}},
	{24, NULL, SIGNATURE_STEPS},
	{26,
	 NULL,
	 {{STEP_U16, DNS_PX_PREFERENCE}, {STEP_NAME, DNS_PX_MAP822}, {STEP_NAME, DNS_PX_MAPX400}}},
	{DNS_AAAA, NULL, {{STEP_IPV6, DNS_AAAA_FIELD, ", addr %s", true}}},
	{DNS_SRV, dns_say_srv}, /* RFC 2782 */
	{35,
	 NULL, /* RFC 3403 s. 4.1 */
	 {{STEP_U16, DNS_NAPTR_ORDER, ", order %s", true},
	  {STEP_U16, DNS_NAPTR_PREFERENCE, ", preference %s", true},
	  {STEP_TEXT, DNS_NAPTR_FLAGS_LEN, ", flags %s", true},
	  {STEP_TEXT, DNS_NAPTR_SERVICE_LEN},
	  {STEP_TEXT, DNS_NAPTR_REGEX_LEN},
	  {STEP_NAME, DNS_NAPTR_REPLACEMENT}}},
	{36, NULL, {{STEP_U16, DNS_KX_PREFERENCE}, {STEP_NAME, DNS_KX}}}, /* RFC 2230 */
	{37,
	 NULL, /* RFC 4398 s. 2 */
	 {{STEP_U16, DNS_CERT_TYPE},
	  {STEP_U16, DNS_CERT_TAG},
	  {STEP_U8, DNS_CERT_ALGORITHM},
	  {STEP_BYTES, DNS_CERT}}},
	NAME_ONLY(39, DNS_DNAME, ", dname %s"), /* RFC 6672 */
	{DNS_OPT, dns_say_options},
	{43, NULL, DS_STEPS}, /* RFC 4034 s. 5 */
	{44,
	 NULL, /* RFC 4255 s. 3.1 */
	 {{STEP_U8, DNS_SSHFP_ALGORITHM}, {STEP_U8, DNS_SSHFP_TYPE}, {STEP_BYTES, DNS_SSHFP}}},
	{46, NULL, SIGNATURE_STEPS}, /* RFC 4034 s. 3 */
	{47, NULL, {{STEP_NAME, DNS_NSEC_NEXT, ", next domain name %s", true}, {STEP_BITMAP}}},
	{48, dns_say_key},   /* RFC 4034 s. 2 */
	{50, dns_say_nsec3}, /* RFC 5155 s. 3 */
	{51, dns_say_nsec3}, /* RFC 5155 s. 4 */
	{52,
	 NULL, /* RFC 6698 s. 2.1 */
	 {{STEP_OWNER},
	  {STEP_U8, DNS_TLSA_USAGE},
	  {STEP_U8, DNS_TLSA_SELECTOR},
	  {STEP_U8, DNS_TLSA_MATCHING},
	  {STEP_BYTES, DNS_TLSA}}},
	{59, NULL, DS_STEPS}, /* RFC 7344 */
	{60, dns_say_key},
	{61, NULL, {{STEP_STRING, DNS_OPENPGPKEY}}}, /* RFC 7929 */
	{64, dns_say_svcb},                          /* RFC 9460 */
	{65, dns_say_svcb},
	{99, NULL, {{STEP_TEXTS, DNS_SPF_LEN}}}, /* RFC 4408 */
	{108, NULL, {{STEP_MAC, DNS_EUI48}}},    /* RFC 7043 */
	{109, NULL, {{STEP_BYTES, DNS_EUI64}}},
	{250, dns_say_tsig},     /* RFC 8945 */
	{257, dns_say_caa},      /* RFC 8659 */
	{32769, NULL, DS_STEPS}, /* RFC 4431 */
};

/* Words for the record's line and for Info. */
static void add_words(struct dns_parse *p, const struct step *step, const char *text)
{
	struct dissect *d = p->d;

	if (step->info) {
		info_add(d, " ");
		info_add_escaped(d, text);
	}
	if (step->line && p->line != TREE_NO_PARENT) {
		const char *gap = strstr(step->line, "%s");

		item_append(d->tree, &d->tree->items[p->line], "%.*s%s", (int)(gap - step->line),
			    step->line, text);
	}
}

static void say_number(struct dns_parse *p, struct cursor *c, const struct step *step, uint32_t len)
{
	uint64_t number = say_uint(p->d, c, FIELD_ID(PROTOCOL_DNS, step->field), len);
	char text[SPAN_TEXT_MAX];

	if (step->kind == STEP_SPAN && dissect_wants_text(p->d))
		item_append(p->d->tree, p->d->item, " (%s)", span_text((uint32_t)number, text));
	if (!cursor_ok(c) || !(step->line || step->info))
		return;
	snprintf(text, sizeof(text), "%u", (unsigned)number);
	add_words(p, step, text);
}

static void say_time(struct dns_parse *p, struct cursor *c, const struct step *step)
{
	uint32_t at = c->at;
	uint32_t seconds = cursor_be32(c);

	if (cursor_ok(c))
		tree_int(p->d->tree, FIELD_ID(PROTOCOL_DNS, step->field), at, 4,
			 (int64_t)seconds * NSEC_PER_SEC);
}

static void say_name(struct dns_parse *p, struct cursor *c, const struct step *step)
{
	uint32_t at = c->at, len;
	char text[DNS_TEXT_MAX];

	len = dns_text(p->reader, c, text);
	if (!len)
		return;
	if (step->field == DNS_NAPTR_REPLACEMENT)
		tree_uint(p->d->tree, DNS_FIELD(NAPTR_REPLACEMENT_LEN), at, c->at - at, len);
	tree_string(p->d->tree, FIELD_ID(PROTOCOL_DNS, step->field), at, c->at - at, text);
	add_words(p, step, text);
}

static void say_text(struct dns_parse *p, struct cursor *c, const struct step *step)
{
	uint8_t len = (uint8_t)say_uint(p->d, c, FIELD_ID(PROTOCOL_DNS, step->field), 1);
	struct cursor copy = *c;
	char text[256] = "";

	say_string(p->d, c, FIELD_ID(PROTOCOL_DNS, step->field + 1), len);
	if (!cursor_ok(c))
		return;
	cursor_copy(&copy, text, len);
	text[len] = '\0';
	add_words(p, step, text);
}

static void say_ip(struct dns_parse *p, struct cursor *c, const struct step *step)
{
	uint16_t id = FIELD_ID(PROTOCOL_DNS, step->field);
	struct addr a = step->kind == STEP_IPV4 ? say_ipv4(p->d, c, id) : say_ipv6(p->d, c, id);
	char text[ADDR_TEXT_MAX];

	if (cursor_ok(c))
		add_words(p, step, addr_text(&a, text));
}

/* The types of one byte of a bit map, the first of which is `first`. */
static void say_bits_of(struct dns_parse *p, uint32_t at, uint8_t bits, uint32_t first)
{
	const struct value_name *names = dns_fields[DNS_QRY_TYPE].names;

	for (uint32_t bit = 0; bit < 8; bit++) {
		uint16_t type = (uint16_t)(first + bit);
		const char *name;

		if (!(bits & 0x80u >> bit))
			continue;
		if (!dissect_step(p->d))
			return;
		p->d->item = tree_uint(p->d->tree, DNS_FIELD(RESP_TYPE), at, 1, type);
		if (!p->d->item || !dissect_wants_text(p->d))
			continue;
		name = value_name(names, type);
		item_text(p->d->tree, p->d->item, "RR type in bit map: %s",
			  name ? name : "Unknown");
	}
}

void dns_say_bitmap(struct dns_parse *p, struct cursor *c)
{
	while (cursor_ok(c) && cursor_left(c) && dissect_step(p->d)) {
		uint32_t block = (uint32_t)cursor_u8(c) * 256;
		uint8_t len = cursor_u8(c);

		for (uint32_t i = 0; i < len && cursor_need(c, 1) && dissect_step(p->d); i++) {
			uint32_t at = c->at;

			say_bits_of(p, at, cursor_u8(c), block + i * 8);
		}
	}
}

static void say_step(struct dns_parse *p, struct cursor *c, const struct step *step)
{
	uint16_t id = FIELD_ID(PROTOCOL_DNS, step->field);
	uint8_t mac[MAC_LEN];

	switch ((enum step_kind)step->kind) {
	case STEP_END:
		break;
	case STEP_U8:
		say_number(p, c, step, 1);
		break;
	case STEP_U16:
		say_number(p, c, step, 2);
		break;
	case STEP_U32:
	case STEP_SPAN:
		say_number(p, c, step, 4);
		break;
	case STEP_TIME:
		say_time(p, c, step);
		break;
	case STEP_NAME:
		say_name(p, c, step);
		break;
	case STEP_TEXT:
		say_text(p, c, step);
		break;
	case STEP_TEXTS:
		while (cursor_ok(c) && cursor_left(c) && dissect_step(p->d))
			say_text(p, c, step);
		break;
	case STEP_BYTES:
		say_bytes(p->d, c, id, cursor_left(c));
		break;
	case STEP_STRING:
		say_string(p->d, c, id, cursor_left(c));
		break;
	case STEP_IPV4:
	case STEP_IPV6:
		say_ip(p, c, step);
		break;
	case STEP_MAC:
		say_mac(p->d, c, id, mac);
		break;
	case STEP_OWNER:
		info_add(p->d, " ");
		info_add_escaped(p->d, p->owner);
		break;
	case STEP_BITMAP:
		dns_say_bitmap(p, c);
		break;
	}
}

static void say_unknown(struct dns_parse *p, struct cursor *c)
{
	say_expert(p->d, p->line, DNS_FIELD(UNDECODED), EXPERT_NOTE, EXPERT_UNDECODED,
		   "Dissector for DNS Type (%u) code not implemented, Contact Wireshark developers "
		   "if you want this supported",
		   p->type);
	say_bytes(p->d, c, DNS_FIELD(DATA), cursor_left(c));
}

void dns_say_data(struct dns_parse *p, struct cursor *c)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		const struct layout *l = &layouts[i];

		if (l->type != p->type)
			continue;
		if (l->special) {
			l->special(p, c);
			return;
		}
		for (unsigned k = 0; k < STEPS_MAX && cursor_ok(c) && dissect_step(p->d); k++)
			say_step(p, c, &l->steps[k]);
		return;
	}
	say_unknown(p, c);
}
