// SPDX-License-Identifier: Apache-2.0
// The operands of display filters: what stands between comparisons. The grammar is in dfilter_parse.c.
#include "packet/dfilter_parser.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LEN    128 /* no field's or function's name is that long */
#define SLICE_PARTS_MAX 64

/* ---- Slices and layers: "[0:2,-1]" ---- */

/* A number of C's writing; behind it *text points. */
static bool slice_number(const char **text, int32_t *ret_number)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(*text, &end, 0);
	if (end == *text || errno || value > INT32_MAX || value < INT32_MIN)
		return false;
	*text = end;
	*ret_number = (int32_t)value;
	return true;
}

static void skip_blanks(const char **text)
{
	*text += strspn(*text, " \t");
}

static int bad_slice(struct parser *p, struct span span, const char *why)
{
	return filter_error(p->error, span, "\"%.*s\" is not a valid range%s.",
			    (int)(span.len < 40 ? span.len : 40), p->lexer.text + span.at, why);
}

/* One part between commas: a ':' counts, a '-' goes to, nothing is one. */
static int read_slice(struct parser *p, struct span span, const char *text, struct slice *s)
{
	bool has_from;

	skip_blanks(&text);
	has_from = *text != ':' && slice_number(&text, &s->from);
	skip_blanks(&text);
	s->kind = SLICE_COUNT;
	s->end = 1;
	if (*text == ':') {
		text++;
		skip_blanks(&text);
		if (!*text)
			s->kind = SLICE_OPEN;
		else if (!slice_number(&text, &s->end))
			return bad_slice(p, span, "");
		if (s->kind == SLICE_COUNT && s->end <= 0)
			return bad_slice(p, span, ": its length is not positive");
	} else if (*text == '-' && has_from) {
		text++;
		s->kind = SLICE_TO;
		if (!slice_number(&text, &s->end))
			return bad_slice(p, span, "");
		if ((s->from < 0) == (s->end < 0) && s->from > s->end)
			return bad_slice(p, span, ": it ends before it begins");
	} else if (!has_from) {
		return bad_slice(p, span, "");
	}
	skip_blanks(&text);
	return *text ? bad_slice(p, span, "") : 0;
}

/* The inside of brackets, the '[' being p->token: afterwards the token behind ']'. */
static int parse_slices(struct parser *p, struct slice **ret_slices)
{
	struct slice **tail = ret_slices;
	struct span all;
	unsigned parts = 0;
	size_t at, end;
	int rc = lex_slice(&p->lexer, &all);

	if (rc)
		return rc;
	end = all.at + all.len;
	for (at = all.at; at <= end; parts++) {
		const char *comma = memchr(p->lexer.text + at, ',', end - at);
		struct span span = {at, comma ? (size_t)(comma - p->lexer.text) - at : end - at};
		char text[48];

		if (span.len >= sizeof(text) || parts == SLICE_PARTS_MAX)
			return bad_slice(p, span, "");
		memcpy(text, p->lexer.text + at, span.len);
		text[span.len] = '\0';
		*tail = filter_alloc(p->filter, sizeof(**tail));
		if (!*tail)
			return bad_slice(p, span, ": there is no memory");
		rc = read_slice(p, span, text, *tail);
		if (rc)
			return rc;
		tail = &(*tail)->next;
		at += span.len + 1;
	}
	return parser_advance(p);
}

/* "#2" or "#[1,-1]"; layers are counted from 1. Blanks may not stand before it. */
static int parse_layers(struct parser *p, struct node *n)
{
	struct span span = p->token.span;
	struct lexer *l = &p->lexer;
	char digits[24];
	size_t len = 0;

	if (n->kind != NODE_FIELD)
		return parser_unexpected(p);
	if (l->at < l->len && l->text[l->at] == '[') {
		l->at++;
		p->token.span.at = l->at;
		return parse_slices(p, &n->slices);
	}
	while (l->at + len < l->len && len + 1 < sizeof(digits) && l->text[l->at + len] >= '0' &&
	       l->text[l->at + len] <= '9') {
		digits[len] = l->text[l->at + len];
		len++;
	}
	digits[len] = '\0';
	span = (struct span) {l->at, len ? len : 1};
	if (len == 0)
		return filter_error(p->error, span,
				    "A layer number or \"[\" is expected behind \"#\".");
	n->slices = filter_alloc(p->filter, sizeof(*n->slices));
	if (!n->slices || read_slice(p, span, digits, n->slices))
		return bad_slice(p, span, "");
	l->at += len;
	return parser_advance(p);
}

/* ---- Entities and sums ---- */

static int find_field(struct parser *p, struct node *n, const char *text, uint32_t len)
{
	char name[NAME_MAX_LEN];
	int id = -1;

	if (len == 0 || len >= sizeof(name) || memchr(text, '\0', len))
		return 0;
	memcpy(name, text, len);
	name[len] = '\0';
	while (n->id_count < FIELD_IDS_MAX && (id = p->filter->names->find(name, id)) >= 0)
		n->ids[n->id_count++] = (uint16_t)id;
	if (n->id_count)
		n->field = p->filter->names->get(n->ids[0]);
	return n->id_count;
}

static int no_such_field(struct parser *p, const struct node *n)
{
	const char *near = filter_nearest(p->filter, n->text, n->text_len);

	return filter_error(
		p->error, n->span,
		near ? "\"%.*s\" is not a valid protocol or protocol field; the nearest is \"%s\"."
		     : "\"%.*s\" is not a valid protocol or protocol field.",
		(int)(n->text_len < 60 ? n->text_len : 60), n->text, near);
}

/* A word, which is a field if there is one of that name; a dot before it says that there must. */
static int word_node(struct parser *p, struct node *n)
{
	if (n->text_len > 1 && n->text[0] == '.') {
		n->text++;
		n->text_len--;
		if (!find_field(p, n, n->text, n->text_len))
			return no_such_field(p, n);
	} else {
		find_field(p, n, n->text, n->text_len);
	}
	if (n->id_count)
		n->kind = NODE_FIELD;
	return 0;
}

static const char *const function_names[] = {
	[FUNCTION_UPPER] = "upper", [FUNCTION_LOWER] = "lower",   [FUNCTION_LEN] = "len",
	[FUNCTION_COUNT] = "count", [FUNCTION_STRING] = "string", [FUNCTION_MAX] = "max",
	[FUNCTION_MIN] = "min",     [FUNCTION_ABS] = "abs",
};

static_assert(sizeof(function_names) / sizeof(function_names[0]) == FUNCTION_COUNT_OF,
	      "every function has a name");

/* name "(" ...: p->token is the "(". */
static int parse_call(struct parser *p, struct node *n)
{
	struct node **tail = &n->left;
	unsigned id = 0, count = 0;
	int rc;

	while (id < FUNCTION_COUNT_OF && (strlen(function_names[id]) != n->text_len ||
					  memcmp(function_names[id], n->text, n->text_len)))
		id++;
	if (id == FUNCTION_COUNT_OF)
		return filter_error(p->error, n->span,
				    "Function \"%.*s\" does not exist; there are upper, "
				    "lower, len, count, string, max, min and abs.",
				    (int)(n->text_len < 60 ? n->text_len : 60), n->text);
	n->kind = NODE_CALL;
	n->op = (uint8_t)id;
	rc = parser_advance(p);
	while (rc == 0 && !parser_at_sign(p, ')')) {
		if (count++ && (rc = parser_expect(p, ',')))
			break;
		if (count > ARGUMENTS_MAX)
			return filter_error(p->error, n->span,
					    "A function takes at most %u arguments.",
					    ARGUMENTS_MAX);
		rc = parser_operand(p, tail);
		if (rc == 0)
			tail = &(*tail)->next;
	}
	return rc ? rc : parser_advance(p);
}

static int parse_reference(struct parser *p, struct node *n)
{
	n->kind = NODE_REFERENCE;
	if (!find_field(p, n, n->text, n->text_len))
		return no_such_field(p, n);
	return 0;
}

static int first_of_entity(struct parser *p, struct node **ret_node)
{
	struct token t = p->token;
	struct node *n = NULL;
	int rc;

	if (t.kind != TOKEN_WORD && t.kind != TOKEN_STRING && t.kind != TOKEN_CHAR &&
	    t.kind != TOKEN_REFERENCE)
		return parser_unexpected(p);
	rc = parser_node(p,
			 t.kind == TOKEN_STRING ? NODE_STRING
			 : t.kind == TOKEN_CHAR ? NODE_CHAR
						: NODE_WORD,
			 t.span, &n);
	if (rc)
		return rc;
	*ret_node = n;
	n->text = t.text;
	n->text_len = t.text_len;
	rc = parser_advance(p);
	if (rc)
		return rc;
	if (t.kind == TOKEN_REFERENCE)
		return parse_reference(p, n);
	if (t.kind != TOKEN_WORD)
		return 0;
	return parser_at_sign(p, '(') ? parse_call(p, n) : word_node(p, n);
}

int parser_entity(struct parser *p, struct node **ret_node)
{
	struct node *n = NULL;
	int rc = first_of_entity(p, &n);

	if (rc == 0 && parser_at_sign(p, '#'))
		rc = parse_layers(p, n);
	for (unsigned depth = p->depth; rc == 0 && parser_at_sign(p, '['); depth++) {
		struct node *slice = NULL;

		if (n->kind == NODE_REFERENCE || n->kind == NODE_WORD || depth >= DFILTER_DEPTH_MAX)
			return n->kind == NODE_WORD ? no_such_field(p, n) : parser_unexpected(p);
		rc = parser_node(p, NODE_SLICE, n->span, &slice);
		if (rc)
			return rc;
		slice->left = n;
		n = slice;
		rc = parse_slices(p, &slice->slices);
	}
	if (rc == 0)
		*ret_node = n;
	return rc;
}

static bool is_literal(const struct node *n)
{
	return n->kind == NODE_WORD || n->kind == NODE_STRING || n->kind == NODE_CHAR;
}

static int parse_unary(struct parser *p, struct node **ret_node)
{
	struct token sign = p->token;
	struct node *n = NULL;
	int rc = parser_descend(p);

	if (rc == 0 && (parser_at_sign(p, '-') || parser_at_sign(p, '+'))) {
		rc = parser_advance(p);
		if (rc == 0)
			rc = parse_unary(p, ret_node);
		if (rc == 0 && sign.sign == '-' && is_literal(*ret_node)) {
			(*ret_node)->negative = !(*ret_node)->negative;
		} else if (rc == 0 && sign.sign == '-') {
			rc = parser_node(p, NODE_NEGATE, sign.span, &n);
			if (rc == 0) {
				n->left = *ret_node;
				parser_span_to(n, n->left);
				*ret_node = n;
			}
		}
	} else if (rc == 0 && parser_at_sign(p, '{')) {
		rc = parser_advance(p);
		if (rc == 0)
			rc = parser_operand(p, ret_node);
		if (rc == 0)
			rc = parser_expect(p, '}');
	} else if (rc == 0) {
		rc = parser_entity(p, ret_node);
	}
	p->depth--;
	return rc;
}

/* Operands of one level of precedence, from the left. */
static int parse_binary(struct parser *p, unsigned level, struct node **ret_node)
{
	static const char *const levels[] = {"&", "+-", "*/%"};
	unsigned depth = p->depth;
	int rc;

	if (level == sizeof(levels) / sizeof(levels[0]))
		return parse_unary(p, ret_node);
	rc = parse_binary(p, level + 1, ret_node);
	while (rc == 0 && p->token.kind == TOKEN_SIGN && strchr(levels[level], p->token.sign)) {
		struct node *n = NULL;

		rc = parser_node(p, NODE_ARITHMETIC, (*ret_node)->span, &n);
		if (rc == 0) /* each is one level deeper on its left */
			rc = parser_descend(p);
		if (rc)
			break;
		n->op = (uint8_t)p->token.sign;
		n->left = *ret_node;
		rc = parser_advance(p);
		if (rc == 0)
			rc = parse_binary(p, level + 1, &n->right);
		if (rc == 0) {
			parser_span_to(n, n->right);
			*ret_node = n;
		}
	}
	p->depth = depth;
	return rc;
}

int parser_operand(struct parser *p, struct node **ret_node)
{
	int rc = parser_descend(p);

	if (rc == 0)
		rc = parse_binary(p, 0, ret_node);
	p->depth--;
	return rc;
}
