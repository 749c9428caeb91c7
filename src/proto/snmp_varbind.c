// SPDX-License-Identifier: Apache-2.0
// The variable bindings of SNMP (RFC 3416 s. 3) and engine identifiers (RFC 3411 s. 5).
#include <stdio.h>
#include <string.h>

#include "base/nsec.h"
#include "proto/snmp_parts.h"

#define F(name) SNMP_FIELD(name)

enum snmp_type {
	TYPE_IPV4 = 0, /* RFC 2578: tags of the application class */
	TYPE_COUNTER32 = 1,
	TYPE_GAUGE32 = 2,
	TYPE_TIMETICKS = 3,
	TYPE_OPAQUE = 4,
	TYPE_COUNTER64 = 6,
	TYPE_UNSIGNED32 = 7, /* RFC 1442 s. 7.1.12 */
};

enum snmp_absence {
	ABSENT_OBJECT = 0, /* RFC 3416 s. 3: tags of the context class */
	ABSENT_INSTANCE = 1,
	ABSENT_END = 2,
};

enum engine_format {
	ENGINE_IPV4 = 1, /* RFC 3411 s. 5, SnmpEngineID */
	ENGINE_IPV6 = 2,
	ENGINE_MAC = 3,
	ENGINE_TEXT = 4,
	ENGINE_ENTERPRISE = 128,
};

#define CONFORMS 0x80000000u
#define NET_SNMP 8072 /* IANA, "Private Enterprise Numbers" */
#define NET_SNMP_LEN                                                                               \
	8 /* a random number and a time, least significant byte first; and half a time_t */
#define TRAILER_LEN    8 /* RFC 1910 s. 1.4.1 */
#define IPV4_LEN       4
#define IPV6_LEN       16
#define VALUE_TEXT_MAX (BER_OID_TEXT_MAX + 64)
#define HEX_MAX        24 /* bytes of a value in the line of its binding */
#define INT_MAX_LEN    4  /* RFC 2578 s. 2 */

/*
 * The first arc's word where it has one without a MIB: "iso.3.6.1"; tshark writes both. Returns
 * out.
 */
static const char *named(const char *oid, char out[static BER_OID_TEXT_MAX + 16])
{
	static const char *const roots[] = {"itu-t", "iso", "joint-iso-itu-t"};

	if (oid[0] >= '0' && oid[0] <= '2' && oid[1] == '.')
		snprintf(out, BER_OID_TEXT_MAX + 16, "%s%s", roots[oid[0] - '0'], oid + 1);
	else
		snprintf(out, BER_OID_TEXT_MAX + 16, "%s", oid);
	return out;
}

static void say_oid_item(struct dissect *d, uint16_t id, const struct ber *e, const char *oid)
{
	char words[BER_OID_TEXT_MAX + 16];

	d->item = tree_string(d->tree, id, e->value.at, e->len, oid);
	if (dissect_wants_text(d))
		item_text(d->tree, d->item, "%s: %s (%s)", field_get(id)->label, oid,
			  named(oid, words));
}

bool snmp_say_oid(struct dissect *d, struct cursor *c, uint16_t id, bool to_info)
{
	char oid[BER_OID_TEXT_MAX], words[BER_OID_TEXT_MAX + 16];
	struct ber e;

	if (!ber_read(c, &e))
		return false;
	if (!ber_is(&e, BER_OID) || e.constructed || !ber_oid_text(&e, oid)) {
		cursor_need(&e.value, e.len);
		c->status = cursor_ok(&e.value) ? CURSOR_MALFORMED : e.value.status;
		return false;
	}
	say_oid_item(d, id, &e, oid);
	if (to_info && d->info)
		info_add(d, " %s", named(oid, words));
	return true;
}

/* ---- Values ---- */

/* A value's own words, which the line of its binding repeats. */
struct words {
	char text[VALUE_TEXT_MAX];
};

/* Octets that are all printable stand in quotes, others as digits. */
static void say_octets(struct dissect *d, uint16_t id, struct ber *e, struct words *w)
{
	const uint8_t *bytes;
	bool printable = e->len > 0;
	size_t used = 0;

	say_bytes(d, &e->value, id, e->len);
	if (!cursor_ok(&e->value) || !dissect_wants_text(d))
		return;
	bytes = e->value.base + e->value.at - e->len;
	for (uint32_t i = 0; i < e->len && printable; i++)
		printable = bytes[i] >= 0x20 && bytes[i] < 0x7f;
	if (printable && id == F(VALUE_OCTETS)) {
		int shown = e->len < 1024 ? (int)e->len : 1024;

		snprintf(w->text, sizeof(w->text), "\"%.*s\"", shown, (const char *)bytes);
		item_text(d->tree, d->item, "%s: %s", field_get(id)->label, w->text);
		return;
	}
	for (uint32_t i = 0; i < e->len && i < HEX_MAX; i++)
		used += (size_t)snprintf(w->text + used, sizeof(w->text) - used, "%02x", bytes[i]);
	if (e->len > HEX_MAX)
		snprintf(w->text + used, sizeof(w->text) - used, "...");
	else if (!e->len)
		snprintf(w->text, sizeof(w->text), "<MISSING>");
}

static void say_note(struct dissect *d, struct words *w, uint16_t id, const char *text)
{
	uint32_t before;

	say_line(d, 0, 0, "%s", text);
	before = say_open(d);
	say_expert(d, d->tree ? d->tree->parent : TREE_NO_PARENT, id, EXPERT_NOTE, EXPERT_UNDECODED,
		   "%s", text);
	say_close(d, before);
	w->text[0] = '\0';
}

static void say_signed(struct dissect *d, struct ber *e, struct words *w)
{
	int64_t value;

	if (!e->len) {
		say_note(d, w, F(INTEGRAL_VALUE0), "Integral value is zero-length");
		return;
	}
	if (!ber_int(e, &value)) {
		cursor_need(&e->value, e->len);
		if (cursor_ok(&e->value))
			say_note(d, w, F(INT_TOO_LARGE), "Integral value too large or too small");
		return;
	}
	d->item = tree_int(d->tree, F(VALUE_INT), e->value.at, e->len, value);
	if (e->len > INT_MAX_LEN)
		say_expert(d, tree_index(d->tree, d->item), F(VARBIND_WRONG_LENGTH_VALUE),
			   EXPERT_WARN, EXPERT_MALFORMED, "Wrong length for SNMP VarBind/value");
	snprintf(w->text, sizeof(w->text), "%lld", (long long)value);
}

static void say_unsigned(struct dissect *d, uint16_t id, struct ber *e, struct words *w)
{
	uint64_t value;

	if (!e->len) {
		say_note(d, w, F(INTEGRAL_VALUE0), "Integral value is zero-length");
		return;
	}
	if (!ber_uint(e, &value)) {
		cursor_need(&e->value, e->len);
		if (cursor_ok(&e->value))
			say_note(d, w, F(UINT_TOO_LARGE), "Integral value too large");
		return;
	}
	d->item = tree_uint(d->tree, id, e->value.at, e->len, value);
	if (id == F(VALUE_COUNTER) && e->tag == TYPE_COUNTER64)
		item_text(d->tree, d->item, "Value (Counter64): %llu", (unsigned long long)value);
	snprintf(w->text, sizeof(w->text), "%llu", (unsigned long long)value);
}

static void say_absence(struct dissect *d, const struct ber *e, struct words *w)
{
	static const uint16_t ids[] = {F(NOSUCHOBJECT), F(NOSUCHINSTANCE), F(ENDOFMIBVIEW)};
	const char *label;

	if (e->tag > ABSENT_END) {
		say_expert(d, d->tree ? d->tree->parent : TREE_NO_PARENT, F(VARBIND_WRONG_TAG),
			   EXPERT_WARN, EXPERT_MALFORMED, "Wrong tag for SNMP VarBind error value");
		return;
	}
	label = field_get(ids[e->tag])->label;
	d->item = tree_uint(d->tree, ids[e->tag], e->at, e->header_len, 0);
	say_expert(d, tree_index(d->tree, d->item), F(VARBIND_RESPONSE), EXPERT_NOTE,
		   EXPERT_RESPONSE, "%s", label);
	snprintf(w->text, sizeof(w->text), "%s", label);
}

static void say_universal(struct dissect *d, struct ber *e, struct words *w)
{
	char oid[BER_OID_TEXT_MAX], words[BER_OID_TEXT_MAX + 16];

	switch (e->tag) {
	case BER_INTEGER:
		say_signed(d, e, w);
		break;
	case BER_OCTETS:
		say_octets(d, F(VALUE_OCTETS), e, w);
		break;
	case BER_NULL:
		d->item = tree_uint(d->tree, F(VALUE_NULL), e->at, e->header_len, 0);
		snprintf(w->text, sizeof(w->text), "Value (Null)");
		break;
	case BER_OID:
		if (!ber_oid_text(e, oid)) {
			cursor_need(&e->value, e->len);
			say_octets(d, F(VALUE_UNK), e, w);
			break;
		}
		say_oid_item(d, F(VALUE_OID), e, oid);
		if (dissect_wants_text(d))
			snprintf(w->text, sizeof(w->text), "%.*s (%.*s)", 600, oid, 600,
				 named(oid, words));
		break;
	default:
		say_octets(d, F(VALUE_UNK), e, w);
		break;
	}
}

static void say_application(struct dissect *d, struct ber *e, struct words *w)
{
	struct addr a;
	char text[ADDR_TEXT_MAX];

	switch (e->tag) {
	case TYPE_IPV4:
		if (e->len != IPV4_LEN) {
			say_octets(d, F(VALUE_UNK), e, w);
			break;
		}
		a = say_ipv4(d, &e->value, F(VALUE_IPV4));
		snprintf(w->text, sizeof(w->text), "%s", addr_text(&a, text));
		break;
	case TYPE_COUNTER32:
	case TYPE_COUNTER64:
		say_unsigned(d, F(VALUE_COUNTER), e, w);
		break;
	case TYPE_GAUGE32:
		say_unsigned(d, F(VALUE_G32), e, w);
		break;
	case TYPE_UNSIGNED32:
		say_unsigned(d, F(VALUE_U32), e, w);
		break;
	case TYPE_TIMETICKS:
		say_unsigned(d, F(VALUE_TIMETICKS), e, w);
		break;
	case TYPE_OPAQUE:
		say_octets(d, F(VALUE_OPAQUE), e, w);
		break;
	default:
		say_octets(d, F(VALUE_UNK), e, w);
		break;
	}
}

/* sysDescr and sysName (RFC 3418 s. 2) once more as text, as Wireshark has it. */
static void say_system_text(struct dissect *d, const char *oid, const struct ber *e)
{
	static const char *const texts[] = {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.5.0"};
	struct cursor value = e->value;
	uint32_t before;

	if (!ber_is(e, BER_OCTETS) || !e->len)
		return;
	value.at -= e->len;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(oid, texts[i]))
			continue;
		before = say_open(d);
		say_string(d, &value, F(VAR_BIND_STR), e->len);
		say_close(d, before);
	}
}

/* One binding, over whose sequence c is; *line is its item. */
/* False when the capture cut the element's value, which is then nothing wrong: c is cut, too. */
static bool is_held(const struct ber *e, struct cursor *c)
{
	struct cursor value = e->value;

	if (!cursor_need(&value, e->len))
		c->status = value.status;
	return cursor_ok(c);
}

static void say_binding(struct dissect *d, struct cursor *c, uint32_t line)
{
	char oid[BER_OID_TEXT_MAX];
	struct words w = {""};
	struct ber name, value;

	if (!ber_read(c, &name) || !is_held(&name, c))
		return;
	if (!ber_is(&name, BER_OID) || name.constructed || !ber_oid_text(&name, oid)) {
		bool is_oid = ber_is(&name, BER_OID) && !name.constructed;

		say_expert(d, line, is_oid ? F(INVALID_OID) : F(OBJECTNAME_NOT_OID), EXPERT_WARN,
			   EXPERT_MALFORMED, "%s",
			   is_oid ? "invalid oid" : "ObjectName not an OID");
		return;
	}
	say_oid_item(d, F(NAME), &name, oid);
	if (!ber_read(c, &value) || !is_held(&value, c))
		return;
	if (value.constructed) {
		say_expert(d, line, F(VALUE_NOT_PRIMITIVE_ENCODING), EXPERT_WARN, EXPERT_MALFORMED,
			   "value not in primitive encoding");
		return;
	}
	if (value.class == BER_CONTEXT)
		say_absence(d, &value, &w);
	else if (value.class == BER_APPLICATION)
		say_application(d, &value, &w);
	else if (value.class == BER_UNIVERSAL)
		say_universal(d, &value, &w);
	else
		say_octets(d, F(VALUE_UNK), &value, &w);
	if (!cursor_ok(&value.value)) {
		c->status = value.value.status;
		return;
	}
	if (value.class == BER_UNIVERSAL)
		say_system_text(d, oid, &value);
	if (value.class == BER_CONTEXT && value.tag > ABSENT_END)
		return;
	info_add(d, " %s", oid);
	if (line != TREE_NO_PARENT && dissect_wants_text(d))
		item_text(d->tree, &d->tree->items[line], "%s: %s", oid, w.text);
}

static void say_one(struct dissect *d, struct cursor *c)
{
	uint32_t line, before;
	struct ber e;

	if (!ber_read(c, &e))
		return;
	if (!ber_is(&e, BER_SEQUENCE) || !e.constructed) {
		say_expert(d, d->tree ? d->tree->parent : TREE_NO_PARENT,
			   F(VARBIND_NOT_UNI_CLASS_SEQ), EXPERT_WARN, EXPERT_MALFORMED,
			   "VarBind is not an universal class sequence");
		return;
	}
	say_line(d, e.at, e.header_len + cursor_held(&e.value), "VarBind");
	line = tree_index(d->tree, d->item);
	before = say_open(d);
	say_binding(d, &e.value, line);
	say_close(d, before);
	if (!cursor_ok(&e.value))
		c->status = e.value.status;
}

/* How many elements c holds, as far as they can be read. */
static uint32_t count_elements(struct dissect *d, struct cursor c)
{
	uint32_t count = 0;
	struct ber e;

	while (cursor_left(&c) && dissect_step(d) && ber_read(&c, &e))
		count++;
	return count;
}

void snmp_say_bindings(struct dissect *d, struct cursor *c)
{
	uint32_t count, before;
	struct ber e;

	if (!ber_read(c, &e))
		return;
	if (!ber_is(&e, BER_SEQUENCE) || !e.constructed) {
		cursor_malformed(c);
		return;
	}
	count = d->tree ? count_elements(d, e.value) : 0;
	d->item = tree_uint(d->tree, F(VARIABLE_BINDINGS), e.at, e.header_len, count);
	item_text(d->tree, d->item, "variable-bindings: %u item%s", count, count == 1 ? "" : "s");
	before = say_open(d);
	while (cursor_left(&e.value) && dissect_step(d))
		say_one(d, &e.value);
	say_close(d, before);
	if (cursor_ok(c) && !cursor_ok(&e.value))
		c->status = e.value.status;
}

/* ---- Engines ---- */

static void say_nonconformant(struct dissect *d, uint16_t id, struct cursor *c)
{
	if (c->at <= c->captured)
		say_expert(d, d->tree ? d->tree->parent : TREE_NO_PARENT, id, EXPERT_WARN,
			   EXPERT_PROTOCOL, "%s", field_get(id)->label);
}

/* RFC 3411 s. 5: enterprise-specific; net-snmp's is a random number and when it was drawn. */
static void say_enterprise_engine(struct dissect *d, struct cursor *c, uint32_t enterprise,
				  uint8_t format)
{
	uint32_t at;
	int64_t seconds;

	if (enterprise != NET_SNMP || format != ENGINE_ENTERPRISE ||
	    cursor_left(c) < NET_SNMP_LEN) {
		say_bytes(d, c, F(ENGINEID_DATA), cursor_left(c));
		return;
	}
	item_append(d->tree, d->item, ": Net-SNMP Random");
	say_bytes(d, c, F(ENGINEID_DATA), 4);
	at = c->at;
	seconds = (int64_t)cursor_le32(c);
	if (cursor_ok(c))
		tree_int(d->tree, F(ENGINEID_TIME), at, 4, seconds * (int64_t)NSEC_PER_SEC);
}

void snmp_say_engine(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(ENGINEID_CONFORM)};
	uint32_t at = c->at, number = cursor_be32(c);
	uint8_t format, mac[MAC_LEN];

	if (!cursor_ok(c))
		return;
	say_bits(d, at, 1, number >> 24, bits, 1);
	tree_uint(d->tree, F(ENGINEID_ENTERPRISE), at, 4, number & ~CONFORMS);
	if (!(number & CONFORMS)) {
		if (cursor_left(c) == TRAILER_LEN)
			say_bytes(d, c, F(AGENTID_TRAILER), TRAILER_LEN);
		else
			say_nonconformant(d, F(RFC1910_NON_CONFORMANT), c);
		return;
	}
	if (!cursor_left(c))
		return;
	format = (uint8_t)say_uint(d, c, F(ENGINEID_FORMAT), 1);
	if (format == ENGINE_IPV4 && cursor_left(c) == IPV4_LEN)
		say_ipv4(d, c, F(ENGINEID_IPV4));
	else if (format == ENGINE_IPV6 && cursor_left(c) == IPV6_LEN)
		say_ipv6(d, c, F(ENGINEID_IPV6));
	else if (format == ENGINE_MAC && cursor_left(c) == MAC_LEN)
		say_mac(d, c, F(ENGINEID_MAC), mac);
	else if (format >= ENGINE_IPV4 && format <= ENGINE_MAC)
		say_nonconformant(d, F(RFC3411_NON_CONFORMANT), c);
	else if (format == ENGINE_TEXT)
		say_string(d, c, F(ENGINEID_TEXT), cursor_left(c));
	else
		say_enterprise_engine(d, c, number & ~CONFORMS, format);
}
