// SPDX-License-Identifier: Apache-2.0
// Reads target specifications, which target.h describes, and refuses what must not be scanned.
//
// Theory of operation: every IPv4 form, a resolved address too, becomes four sets of octet values,
// is widened by its prefix length, judged, and then folded into a plain range when it is one. So
// there is one place that decides what may be scanned.
#include "scan/target.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define TOKEN_MAX     72
#define NAME_MAX_LEN  253 /* RFC 1035 s. 2.3.4, without the ending dot */
#define LABEL_MAX_LEN 63
#define V4_BITS       32
#define V6_BITS       128
#define V6_BITS_MIN   96 /* a longer walk than 2^32 addresses never ends */

/* A specification cut into its parts. */
struct parts {
	const char *text; /* as typed, for errors */
	char head[TARGET_ITEM_MAX];
	int bits; /* -1 = none given */
	uint8_t family;
	enum target_use use;
};

/* A piece of text for an error sentence, shortened. */
struct token {
	char text[TOKEN_MAX];
};

static struct token token(const char *text)
{
	struct token t;

	snprintf(t.text, sizeof(t.text), "%.*s%s", TOKEN_MAX - 4, text,
		 strlen(text) > TOKEN_MAX - 4 ? "..." : "");
	return t;
}

/* "TEXT" REASON, as an error. */
static int refuse(const char *text, const char *reason, struct err *err)
{
	return err_set(err, -EINVAL, "\"%s\" %s", token(text).text, reason);
}

/* Whether text is meant as an IPv4 address or range, right or wrong. */
static bool is_v4_text(const char *text)
{
	return !text[strspn(text, "0123456789.,*-")];
}

static bool is_whole_internet(const struct target_octets *o)
{
	return o->count[0] == 256 && o->count[1] == 256 && o->count[2] == 256 && o->count[3] == 256;
}

static bool octet_between(const struct target_octets *o, unsigned first, unsigned last)
{
	for (unsigned value = first; value <= last; value++)
		if (o->set[0][value / 64] >> value % 64 & 1)
			return true;
	return false;
}

/* Refuses what no probe may be sent to. */
static int judge_v4(const char *text, const struct target_octets *o, struct err *err)
{
	if (is_whole_internet(o))
		return refuse(text, "is the whole Internet; name the networks to scan", err);
	if (octet_between(o, 0, 0))
		return refuse(text,
			      "holds addresses of 0.0.0.0/8, which are no hosts (RFC 1122); "
			      "leave them out",
			      err);
	if (octet_between(o, 224, 239))
		return refuse(text,
			      "holds multicast addresses (224.0.0.0/4), which are no hosts; "
			      "name the hosts themselves",
			      err);
	if (o->count[0] == 1 && o->count[1] == 1 && o->count[2] == 1 && o->count[3] == 1 &&
	    o->set[0][3] >> 63 && o->set[1][3] >> 63 && o->set[2][3] >> 63 && o->set[3][3] >> 63)
		return refuse(text, "is the broadcast address; name the hosts themselves", err);
	if (octet_between(o, 240, 255))
		return refuse(text,
			      "holds addresses of 240.0.0.0/4, which are reserved (RFC 1112); "
			      "leave them out",
			      err);
	return 0;
}

static int judge_v6(const char *text, unsigned bits, const struct addr *first, struct err *err)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (bits == 0)
		return refuse(text, "is the whole IPv6 Internet; name the networks to scan", err);
	if (first->bytes[0] == 0xff)
		return refuse(text,
			      "holds multicast addresses (ff00::/8), which are no hosts; "
			      "name the hosts themselves",
			      err);
	if (bits < V6_BITS_MIN)
		return refuse(text,
			      "has more than 2^32 addresses, which no scan finishes; "
			      "use a prefix of /96 to /128",
			      err);
	if (addr_is_any(first))
		return refuse(text, "holds \"::\", which is no host (RFC 4291); leave it out", err);
	if (memcmp(first->bytes, mapped, sizeof(mapped)) == 0)
		return refuse(text,
			      "holds IPv4-mapped addresses, which never go on the wire; "
			      "write the IPv4 address and leave -6 out",
			      err);
	return 0;
}

static void set_octet(struct target_octets *o, size_t at, unsigned first, unsigned last)
{
	for (unsigned value = first; value <= last; value++)
		o->set[at][value / 64] |= UINT64_C(1) << value % 64;
}

/* Puts in every address that shares its first bits with one that is in; counts. */
static void widen(struct target_octets *o, unsigned bits)
{
	for (size_t i = 0; i < 4; i++) {
		unsigned kept = bits >= 8 * (i + 1) ? 8
				: bits <= 8 * i     ? 0
						    : bits - 8 * (unsigned)i;
		unsigned free_bits = 0xff >> kept;
		struct target_octets old = *o;

		for (unsigned value = 0; value < 256; value++)
			if (old.set[i][value / 64] >> value % 64 & 1)
				set_octet(o, i, value & ~free_bits, value | free_bits);
		o->count[i] = 0;
		for (size_t word = 0; word < 4; word++)
			o->count[i] += (uint16_t)__builtin_popcountll(o->set[i][word]);
	}
}

static uint8_t octet_edge(const uint64_t set[static 4], bool highest)
{
	for (size_t i = 0; i < 4; i++) {
		size_t word = highest ? 3 - i : i;

		if (set[word])
			return (uint8_t)(word * 64 +
					 (size_t)(highest ? 63 - __builtin_clzll(set[word])
							  : __builtin_ctzll(set[word])));
	}
	return 0;
}

/* Whether the sets leave no gap between their lowest and highest address. */
static bool is_range(const struct target_octets *o, const struct addr *first,
		     const struct addr *last)
{
	uint64_t count = (uint64_t)o->count[0] * o->count[1] * o->count[2] * o->count[3];

	return count == (uint64_t)addr_number(last) - addr_number(first) + 1;
}

/* From octet sets to a judged target. */
static int make_v4(const struct parts *parts, struct target_octets *octets,
		   struct target *ret_target, struct err *err)
{
	struct target t = {.kind = TARGET_RANGE, .first = {.family = 4}, .last = {.family = 4}};
	int rc;

	widen(octets, parts->bits < 0 ? V4_BITS : (unsigned)parts->bits);
	rc = parts->use == TARGET_SCAN ? judge_v4(parts->text, octets, err) : 0;
	if (rc)
		return rc;
	for (size_t i = 0; i < 4; i++) {
		t.first.bytes[i] = octet_edge(octets->set[i], false);
		t.last.bytes[i] = octet_edge(octets->set[i], true);
	}
	if (!is_range(octets, &t.first, &t.last)) {
		t.kind = TARGET_OCTETS;
		t.octets = malloc(sizeof(*t.octets));
		if (!t.octets)
			return err_set(err, -ENOMEM, "memory ran out while reading target \"%s\"",
				       token(parts->text).text);
		*t.octets = *octets;
	}
	*ret_target = t;
	return 0;
}

/* From an IPv6 address to a judged target. */
static int make_v6(const struct parts *parts, const struct addr *address, struct target *ret_target,
		   struct err *err)
{
	unsigned bits = parts->bits < 0 ? V6_BITS : (unsigned)parts->bits;
	struct target t = {.kind = TARGET_RANGE, .first = *address, .last = *address};
	int rc;

	for (unsigned i = 0; i < 16; i++) {
		unsigned kept = bits >= 8 * (i + 1) ? 8 : bits <= 8 * i ? 0 : bits - 8 * i;

		t.first.bytes[i] &= (uint8_t) ~(0xffu >> kept);
		t.last.bytes[i] |= (uint8_t)(0xffu >> kept);
	}
	rc = parts->use == TARGET_SCAN ? judge_v6(parts->text, bits, &t.first, err) : 0;
	if (rc)
		return rc;
	*ret_target = t;
	return 0;
}

/* Up to three digits or more at *p, moved on; -1 when there are none, 256 when too large. */
static int read_octet(const char **p)
{
	int value = -1;

	for (; isdigit((unsigned char)**p); ++*p) {
		value = (value < 0 ? 0 : value) * 10 + (**p - '0');
		if (value > 255)
			value = 256;
	}
	return value;
}

/* One element of an octet's list, N, N-M, N-, -M or -, into its set. */
static int parse_octet_item(const char *text, const char **p, size_t at, struct target_octets *o,
			    struct err *err)
{
	int first = read_octet(p);
	bool dash = **p == '-';
	int last = first;

	if (dash) {
		++*p;
		last = read_octet(p);
		last = last < 0 ? 255 : last;
		first = first < 0 ? 0 : first;
	}
	if (first < 0)
		return refuse(text, "is not an IPv4 address: a number is missing in it", err);
	if (first > 255 || last > 255)
		return refuse(text, "is not an IPv4 address: its numbers may be 0 to 255", err);
	if (first > last)
		return err_set(err, -EINVAL,
			       "range \"%d-%d\" in \"%s\" is reversed; write \"%d-%d\"", first,
			       last, token(text).text, last, first);
	set_octet(o, at, (unsigned)first, (unsigned)last);
	return 0;
}

static int parse_octet(const char *text, const char **p, size_t at, struct target_octets *o,
		       struct err *err)
{
	if (**p == '*' && ((*p)[1] == '.' || !(*p)[1])) {
		++*p;
		set_octet(o, at, 0, 255);
		return 0;
	}
	for (;; ++*p) {
		int rc = parse_octet_item(text, p, at, o, err);

		if (rc)
			return rc;
		if (**p != ',')
			break;
	}
	if (**p == '*')
		return refuse(text, "has \"*\" beside other values; it stands for 0-255 alone",
			      err);
	if (**p == '-')
		return refuse(text, "has a range with more than one dash; write it like \"1-5\"",
			      err);
	return 0;
}

static int parse_v4(const struct parts *parts, struct target *ret_target, struct err *err)
{
	struct target_octets octets = {0};
	const char *p = parts->head;
	unsigned dots = 0;

	for (const char *c = p; *c; c++)
		dots += *c == '.';
	if (dots != 3)
		return err_set(err, -EINVAL,
			       "\"%s\" is not an IPv4 address: it has %u number%s instead of four",
			       token(parts->text).text, dots + 1, dots ? "s" : "");
	for (size_t i = 0; i < 4; i++) {
		int rc = parse_octet(parts->text, &p, i, &octets, err);

		if (rc)
			return rc;
		p += *p == '.';
	}
	return make_v4(parts, &octets, ret_target, err);
}

/* What holds a colon and is no IPv6 address: says what it more likely is. */
static int refuse_colon(const struct parts *parts, struct err *err)
{
	const char *colon = strchr(parts->head, ':');

	if (parts->head[0] == '[')
		return refuse(parts->text, "has brackets; write the IPv6 address without them",
			      err);
	if (colon && colon == strrchr(parts->head, ':') &&
	    strspn(colon + 1, "0123456789,-") == strlen(colon + 1))
		return refuse(parts->text,
			      "has a port in it; write the host alone and the port with -p", err);
	return refuse(parts->text, "is not an IPv6 address; write it like 2001:db8::1", err);
}

static int parse_v6(struct parts *parts, struct target *ret_target, struct err *err)
{
	char *zone = strchr(parts->head, '%');
	struct target t = {0};
	struct addr address;
	int rc;

	if (zone)
		*zone++ = '\0';
	if (!addr_parse(parts->head, &address))
		return refuse_colon(parts, err);
	if (zone && (!*zone || strlen(zone) >= TARGET_ZONE_MAX || strchr(zone, '%')))
		return refuse(parts->text, "has no interface name after its \"%\"", err);
	rc = make_v6(parts, &address, &t, err);
	if (rc)
		return rc;
	if (zone)
		snprintf(t.zone, sizeof(t.zone), "%s", zone);
	*ret_target = t;
	return 0;
}

/* Whether every label is a number, decimal or 0x...: no name, but what inet_aton() would take. */
static bool is_all_numbers(const char *name)
{
	while (*name) {
		size_t len = strcspn(name, ".");
		bool hex = len > 2 && name[0] == '0' && (name[1] | 0x20) == 'x';

		for (size_t i = hex ? 2 : 0; i < len; i++)
			if (hex ? !isxdigit((unsigned char)name[i])
				: !isdigit((unsigned char)name[i]))
				return false;
		name += len + (name[len] == '.');
	}
	return true;
}

/* Refuses what cannot be a host name (RFC 1123 s. 2.1, "_" allowed). */
static int check_name(const struct parts *parts, struct err *err)
{
	const char *name = parts->head;
	size_t len = strlen(name);

	if (is_all_numbers(name))
		return refuse(parts->text,
			      "is not an IPv4 address; write four decimal numbers, as in 192.0.2.1",
			      err);
	if (len - (name[len - 1] == '.') > NAME_MAX_LEN)
		return refuse(parts->text,
			      "is too long for a name; names have up to 253 characters", err);
	for (const char *label = name; *label;) {
		size_t label_len = strcspn(label, ".");

		if (!label_len || label_len > LABEL_MAX_LEN || *label == '-')
			return refuse(parts->text,
				      "is neither an address nor a name: between its dots must be "
				      "1 to 63 characters that do not start with a dash",
				      err);
		label += label_len + (label[label_len] == '.');
	}
	for (const char *c = name; *c; c++) {
		if (*c & 0x80)
			return refuse(parts->text,
				      "is not in ASCII; write the name in its xn-- form", err);
		if (!isalnum((unsigned char)*c) && !strchr("-._", *c))
			return err_set(err, -EINVAL,
				       "\"%s\" is neither an address nor a name, because of the "
				       "\"%c\" in it",
				       token(parts->text).text, *c);
	}
	return 0;
}

static int parse_name(const struct parts *parts, struct target *ret_target, struct err *err)
{
	struct target t = {.kind = TARGET_NAME};
	int rc = check_name(parts, err);

	if (rc)
		return rc;
	if (parts->bits == 0 && parts->use == TARGET_SCAN)
		return refuse(parts->text, "is the whole Internet; name the networks to scan", err);
	t.name = strdup(parts->head);
	if (!t.name)
		return err_set(err, -ENOMEM, "memory ran out while reading target \"%s\"",
			       token(parts->text).text);
	t.has_bits = parts->bits >= 0;
	t.bits = t.has_bits ? (uint8_t)parts->bits : 0;
	*ret_target = t;
	return 0;
}

/* Splits off "/bits" and checks it against the family of the rest. */
static int split_bits(struct parts *parts, struct err *err)
{
	char *slash = strrchr(parts->head, '/');
	uint64_t bits;
	bool v6;

	parts->bits = -1;
	if (!slash)
		return 0;
	if (strstr(parts->head, "://"))
		return refuse(parts->text, "is a URL; write only the host's name", err);
	*slash = '\0';
	if (strchr(parts->head, '/'))
		return refuse(parts->text, "has more than one \"/\"; write it like 192.0.2.0/24",
			      err);
	if (!*parts->head)
		return refuse(parts->text, "has no address before its \"/\"", err);
	v6 = strchr(parts->head, ':') || (parts->family == 6 && !is_v4_text(parts->head));
	if (!text_number(slash + 1, 0, v6 ? V6_BITS : V4_BITS, &bits))
		return err_set(err, -EINVAL,
			       "prefix length \"%s\" in \"%s\" is wrong; it goes from 0 to %d",
			       token(slash + 1).text, token(parts->text).text,
			       v6 ? V6_BITS : V4_BITS);
	parts->bits = (int)bits;
	return 0;
}

int target_parse(const char *text, uint8_t family, enum target_use use, struct target *ret_target,
		 struct err *err)
{
	struct parts parts = {.text = text, .family = family, .use = use};
	bool any_family = use == TARGET_EXCLUDE;
	int rc;

	if (!*text)
		return err_set(err, -EINVAL, "a target is empty (\"\"); give an address or a name");
	if (strlen(text) >= sizeof(parts.head))
		return refuse(text, "is too long for a target; targets have up to 1023 characters",
			      err);
	memcpy(parts.head, text, strlen(text) + 1);
	rc = split_bits(&parts, err);
	if (rc)
		return rc;
	if (is_v4_text(parts.head)) {
		if (family != 4 && !any_family)
			return refuse(text, "is an IPv4 address, but -6 was given; leave -6 out",
				      err);
		return parse_v4(&parts, ret_target, err);
	}
	if (!strchr(parts.head, ':'))
		return parse_name(&parts, ret_target, err);
	if (family != 6 && !any_family && parts.head[0] != '[') {
		struct parts trial = parts;
		struct target t;

		trial.use = TARGET_EXCLUDE;
		rc = parse_v6(&trial, &t, err);
		return rc ? rc : refuse(text, "is an IPv6 address; use -6 to scan it", err);
	}
	return parse_v6(&parts, ret_target, err);
}

int target_resolved(const struct target *name, const struct addr *address, enum target_use use,
		    struct target *ret_target, struct err *err)
{
	char full[ADDR_TEXT_MAX + 8];
	char text[ADDR_TEXT_MAX];
	struct target_octets octets = {0};
	struct parts parts = {.text = full, .use = use, .bits = -1};

	addr_text(address, text);
	snprintf(full, sizeof(full), "%s", text);
	if (name->has_bits) {
		snprintf(full, sizeof(full), "%s/%u", text, name->bits);
		parts.bits = name->bits;
	}
	if (address->family == 6)
		return make_v6(&parts, address, ret_target, err);
	if (address->family != 4 || parts.bits > V4_BITS)
		return refuse(full, "is not an IPv4 network; its prefix goes from 0 to 32", err);
	for (size_t i = 0; i < 4; i++)
		set_octet(&octets, i, address->bytes[i], address->bytes[i]);
	return make_v4(&parts, &octets, ret_target, err);
}
