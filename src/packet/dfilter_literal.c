// SPDX-License-Identifier: Apache-2.0
// Literals of a display filter become values, by the type of the field they stand beside.
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "packet/dfilter_node.h"
#include "packet/dfilter_time.h"
#include "wire/addr.h"

#define SHORT_MAX 128 /* longer text is no number, address or name */

struct literal {
	struct dfilter *filter;
	struct node *node;
	const struct field *field; /* whose names count; or NULL */
	uint8_t width;
	const char *text; /* NUL-ended when short enough to be a number or an address, else "" */
	struct dfilter_error *error;
};

static int shown(const struct literal *l)
{
	return (int)(l->node->text_len < 60 ? l->node->text_len : 60);
}

static int refuse(const struct literal *l, const char *why)
{
	return filter_error(l->error, l->node->span, "\"%.*s\" %s.", shown(l), l->node->text, why);
}

static bool same_word(const char *a, const char *b)
{
	return a && !strcasecmp(a, b);
}

static bool find_name(const struct literal *l, __int128 *ret_number)
{
	const struct value_name *v = l->field ? l->field->names : NULL;

	for (; v && v->name; v++) {
		if (same_word(v->name, l->text)) {
			*ret_number = v->first;
			return true;
		}
	}
	return false;
}

/* Decimal, 0x, 0b, or octal behind a 0; no sign. 0, -ERANGE, or -EINVAL. */
static int read_digits(const char *text, uint64_t *ret_number)
{
	bool binary = text[0] == '0' && (text[1] | 0x20) == 'b';
	char *end;

	if (!isdigit((unsigned char)text[0]) || (binary && !isdigit((unsigned char)text[2])))
		return -EINVAL;
	errno = 0;
	*ret_number = strtoull(binary ? text + 2 : text, &end, binary ? 2 : 0);
	if (*end)
		return -EINVAL;
	return errno ? -ERANGE : 0;
}

static int too_big(const struct literal *l, uint64_t max)
{
	return filter_error(l->error, l->node->span,
			    "\"%.*s\" too big for this field, maximum %llu.", shown(l),
			    l->node->text, (unsigned long long)max);
}

/*
 * Signs: beside an unsigned field -1 is the number with all bits set, as it is for Wireshark, so
 * that it never matches.
 */
static int fit_number(const struct literal *l, enum field_type type, uint64_t number,
		      __int128 *ret_number)
{
	unsigned width = l->width ? l->width : 4;
	uint64_t max = width >= 8 ? UINT64_MAX : (1ull << 8 * width) - 1;

	if (type == FIELD_INT)
		max = max / 2 + l->node->negative;
	if (l->node->negative && type != FIELD_INT && width <= 4)
		max = 1ull << 31;
	if (number > max)
		return too_big(l, max);
	*ret_number = number;
	if (l->node->negative && type == FIELD_INT)
		*ret_number = -(__int128)number;
	else if (l->node->negative)
		*ret_number = width <= 4 ? (uint32_t)-number : -number;
	return 0;
}

static int read_number(const struct literal *l, enum field_type type, struct value *v)
{
	uint64_t number = 0;
	int rc = l->node->kind == NODE_STRING ? -EINVAL : read_digits(l->text, &number);
	bool has_names = l->field && l->field->names;

	if (l->node->kind == NODE_CHAR) {
		number = (uint8_t)l->node->text[0];
		rc = 0;
	}
	if (rc == -ERANGE)
		return refuse(l, "causes an integer overflow");
	if (rc == 0)
		return fit_number(l, type, number, &v->number);
	if (find_name(l, &v->number))
		return 0;
	if (has_names && !isdigit((unsigned char)l->text[0]))
		return filter_error(l->error, l->node->span,
				    "\"%.*s\" cannot be found among the possible values for %s.",
				    shown(l), l->node->text, l->field->name);
	if (l->node->kind == NODE_STRING)
		return refuse(l, "is text, and this field is a number");
	return refuse(l, "is not a valid number");
}

static int read_bool(const struct literal *l, struct value *v)
{
	const char *yes = l->field && l->field->yes ? l->field->yes : "True";
	const char *no = l->field && l->field->no ? l->field->no : "False";
	bool word = l->node->kind == NODE_WORD;
	uint64_t number;

	v->number = 0;
	if (same_word(yes, l->text) ||
	    (word && (!strcmp(l->text, "True") || !strcmp(l->text, "TRUE"))))
		v->number = 1;
	else if (same_word(no, l->text) ||
		 (word && (!strcmp(l->text, "False") || !strcmp(l->text, "FALSE"))))
		v->number = 0;
	else if (l->node->kind == NODE_CHAR)
		v->number = l->node->text[0] != 0;
	else if (word && read_digits(l->text, &number) == 0)
		v->number = number != 0;
	else
		return filter_error(l->error, l->node->span,
				    "\"%.*s\" cannot be found among the possible values for %s: "
				    "True, False, 1 or 0.",
				    shown(l), l->node->text,
				    l->field ? l->field->name : "this field");
	return 0;
}

static int read_real(const struct literal *l, struct value *v)
{
	char *end;

	v->real = strtod(l->text, &end);
	if (end == l->text || *end || l->node->kind != NODE_WORD)
		return refuse(l, "is not a valid number");
	if (l->node->negative)
		v->real = -v->real;
	return 0;
}

static int read_duration(const struct literal *l, struct value *v)
{
	int64_t ns;

	if (l->node->kind != NODE_WORD || !filter_parse_duration(l->text, &ns))
		return refuse(l, "is not a valid time");
	v->number = l->node->negative ? -(__int128)ns : ns;
	return 0;
}

static int read_time(const struct literal *l, struct value *v)
{
	int64_t ns;

	if (l->node->negative || !filter_parse_time(l->text, &ns))
		return refuse(l, "is not a valid absolute time; examples: \"2011-07-04 12:34:56\", "
				 "\"Nov 12, 1999 08:55:44.123\"");
	v->number = ns;
	return 0;
}

/* Cuts "/24" off text; false when it is no number up to max. */
static bool cut_prefix(char *text, unsigned max, uint8_t *ret_prefix)
{
	char *slash = strchr(text, '/'), *end;
	unsigned long prefix;

	if (!slash)
		return true;
	prefix = strtoul(slash + 1, &end, 10);
	if (!isdigit((unsigned char)slash[1]) || *end || prefix > max)
		return false;
	*slash = '\0';
	*ret_prefix = (uint8_t)prefix;
	return true;
}

static int read_address(const struct literal *l, enum field_type type, struct value *v)
{
	bool four = type == FIELD_IPV4;
	char text[SHORT_MAX];
	struct addr addr;
	uint8_t *copy;

	strcpy(text, l->text);
	v->prefix = PREFIX_WHOLE;
	if (!cut_prefix(text, four ? 32 : 128, &v->prefix))
		return refuse(l, four ? "has no prefix length from 0 to 32"
				      : "has no prefix length from 0 to 128");
	if (l->node->kind != NODE_WORD || l->node->negative || !addr_parse(text, &addr) ||
	    addr.family != (four ? 4 : 6))
		return refuse(l,
			      four ? "is not a valid IPv4 address" : "is not a valid IPv6 address");
	if (four) {
		v->number = addr_number(&addr);
		return 0;
	}
	copy = filter_alloc(l->filter, 16);
	if (!copy)
		return refuse(l, "does not fit in memory");
	memcpy(copy, addr.bytes, 16);
	v->bytes = copy;
	v->len = 16;
	return 0;
}

static unsigned hex_digit(char c)
{
	return (unsigned)(isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* "00:35", "0035", "00-3-5": one or two digits a byte, separators between; false if none. */
static bool read_hex(const char *text, size_t len, uint8_t *out, uint32_t *ret_len)
{
	size_t at = len > 1 && text[0] == ':' ? 1 : 0;
	uint32_t count = 0;
	bool separated = false;

	while (at < len) {
		if (!isxdigit((unsigned char)text[at]))
			return false;
		out[count] = (uint8_t)hex_digit(text[at++]);
		if (at < len && isxdigit((unsigned char)text[at]))
			out[count] = (uint8_t)(out[count] << 4 | hex_digit(text[at++]));
		count++;
		separated = at < len && strchr(":.-", text[at]);
		if (separated)
			at++;
	}
	*ret_len = count;
	return count > 0 && !separated;
}

static bool is_hex_number(const struct literal *l)
{
	return l->text[0] == '0' && (l->text[1] | 0x20) == 'x';
}

static int read_bytes(const struct literal *l, struct value *v)
{
	const struct node *n = l->node;
	uint8_t *out;

	v->bytes = (const uint8_t *)n->text;
	v->len = n->text_len;
	if (n->kind != NODE_WORD)
		return 0;
	out = filter_alloc(l->filter, n->text_len + 1);
	if (!out)
		return refuse(l, "does not fit in memory");
	v->bytes = out;
	if (is_hex_number(l) && n->text_len <= 4) { /* a byte written as a number */
		if (read_hex(n->text + 2, n->text_len - 2, out, &v->len))
			return 0;
	} else if (!n->negative && read_hex(n->text, n->text_len, out, &v->len)) {
		return 0;
	}
	return refuse(l, "is not a valid byte string");
}

static int read_ether(const struct literal *l, struct value *v)
{
	int rc;

	if (l->node->kind != NODE_WORD)
		return refuse(l, "is text, and this field is an Ethernet address");
	rc = read_bytes(l, v);
	if (rc == 0 && v->len != MAC_LEN)
		return refuse(l,
			      v->len < MAC_LEN
				      ? "contains too few bytes to be a valid Ethernet address"
				      : "contains too many bytes to be a valid Ethernet address");
	return rc;
}

static int read_text(const struct literal *l, struct value *v)
{
	v->bytes = (const uint8_t *)l->node->text;
	v->len = l->node->text_len;
	return 0;
}

static int read_value(const struct literal *l, enum field_type type, struct value *v)
{
	switch (type) {
	case FIELD_UINT:
	case FIELD_INT:
	case FIELD_FRAME:
		return read_number(l, type, v);
	case FIELD_BOOL:
		return read_bool(l, v);
	case FIELD_DOUBLE:
		return read_real(l, v);
	case FIELD_BYTES:
	case FIELD_PROTOCOL:
		return read_bytes(l, v);
	case FIELD_ETHER:
		return read_ether(l, v);
	case FIELD_IPV4:
	case FIELD_IPV6:
		return read_address(l, type, v);
	case FIELD_STRING:
		return read_text(l, v);
	case FIELD_TIME:
		return read_time(l, v);
	case FIELD_DURATION:
		return read_duration(l, v);
	case FIELD_NONE:
	case FIELD_TYPES:
		break;
	}
	return refuse(l, "stands beside a field without a value");
}

int filter_literal(struct dfilter *f, struct node *n, enum field_type type, uint8_t width,
		   const struct field *field, struct dfilter_error *error)
{
	char text[SHORT_MAX] = "";
	struct literal l = {f, n, field, width, text, error};
	struct value v = {.type = (uint8_t)type, .prefix = PREFIX_WHOLE};
	int rc;

	if (n->text_len < sizeof(text) && !memchr(n->text, '\0', n->text_len))
		memcpy(text, n->text, n->text_len);
	rc = read_value(&l, type, &v);
	if (rc)
		return rc;
	n->kind = NODE_LITERAL;
	n->type = (uint8_t)type;
	n->width = width;
	n->value = v;
	return 0;
}
