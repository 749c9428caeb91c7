// SPDX-License-Identifier: Apache-2.0
// From tokens to nodes: the grammar of display filters, by recursive descent with a depth budget.
//
//	or      = and {"or" and}            and    = not {"and" not}
//	not     = "not" not | "(" or ")" | test
//	test    = ["any" | "all"] operand {compare operand}
//	        | ["any" | "all"] entity ["not"] "in" "{" element {"," element} "}"
//	operand = sum {"&" sum}             sum    = term {("+" | "-") term}
//	term    = unary {("*" | "/" | "%") unary}
//	unary   = {"-" | "+"} ("{" operand "}" | entity)
//	entity  = (word | string | char | reference | word "(" operand {"," operand} ")")
//	          ["#" layers] {"[" slices "]"}
//	element = simple [".." simple]      simple = ["-" | "+"] entity
//
// A chain a < b < c is (a < b) and (b < c). Whether a word is a field or a literal is looked up in
// the registry; whether it fits is filter_check()'s business.
#include "packet/dfilter_lex.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LEN    128 /* no field's or function's name is that long */
#define SLICE_PARTS_MAX 64

struct parser {
	struct lexer lexer;
	struct token token; /* the next one, not yet taken */
	struct dfilter *filter;
	struct dfilter_error *error;
	unsigned depth;
};

static int parse_or(struct parser *p, struct node **ret_node);
static int parse_operand(struct parser *p, struct node **ret_node);

static int advance(struct parser *p)
{
	return lex_next(&p->lexer, &p->token);
}

static bool at_sign(const struct parser *p, char sign)
{
	return p->token.kind == TOKEN_SIGN && p->token.sign == sign;
}

static int unexpected(struct parser *p)
{
	const struct span *span = &p->token.span;

	if (p->token.kind == TOKEN_END)
		return filter_error(p->error, *span, "Unexpected end of filter expression.");
	if (span->len == 1 && p->lexer.text[span->at] == '=')
		return filter_error(p->error, *span,
				    "\"=\" was unexpected in this context; to compare, write ==.");
	return filter_error(p->error, *span, "\"%.*s\" was unexpected in this context.",
			    (int)(span->len < 60 ? span->len : 60), p->lexer.text + span->at);
}

static int expect(struct parser *p, char sign)
{
	return at_sign(p, sign) ? advance(p) : unexpected(p);
}

static int new_node(struct parser *p, enum node_kind kind, struct span span, struct node **ret_node)
{
	struct node *n = filter_node(p->filter, kind, span);

	if (!n)
		return filter_error(p->error, span, "The filter is too long: at most %u parts.",
				    DFILTER_NODES_MAX);
	*ret_node = n;
	return 0;
}

/* Every level of nesting draws from one budget; leave with p->depth--. */
static int descend(struct parser *p)
{
	if (++p->depth > DFILTER_DEPTH_MAX)
		return filter_error(p->error, p->token.span,
				    "The filter is nested too deep: at most %u levels.",
				    DFILTER_DEPTH_MAX);
	return 0;
}

static void span_to(struct node *n, const struct node *last)
{
	n->span.len = last->span.at + last->span.len - n->span.at;
}

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
	return advance(p);
}

/* "#2" or "#[1,-1]"; layers are counted from 1. Blanks may not stand before it. */
static int parse_layers(struct parser *p, struct node *n)
{
	struct span span = p->token.span;
	struct lexer *l = &p->lexer;
	char digits[24];
	size_t len = 0;

	if (n->kind != NODE_FIELD)
		return unexpected(p);
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
	return advance(p);
}

/* ---- Operands ---- */

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
	rc = advance(p);
	while (rc == 0 && !at_sign(p, ')')) {
		if (count++ && (rc = expect(p, ',')))
			break;
		if (count > ARGUMENTS_MAX)
			return filter_error(p->error, n->span,
					    "A function takes at most %u arguments.",
					    ARGUMENTS_MAX);
		rc = parse_operand(p, tail);
		if (rc == 0)
			tail = &(*tail)->next;
	}
	return rc ? rc : advance(p);
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
		return unexpected(p);
	rc = new_node(p,
		      t.kind == TOKEN_STRING ? NODE_STRING
		      : t.kind == TOKEN_CHAR ? NODE_CHAR
					     : NODE_WORD,
		      t.span, &n);
	if (rc)
		return rc;
	*ret_node = n;
	n->text = t.text;
	n->text_len = t.text_len;
	rc = advance(p);
	if (rc)
		return rc;
	if (t.kind == TOKEN_REFERENCE)
		return parse_reference(p, n);
	if (t.kind != TOKEN_WORD)
		return 0;
	return at_sign(p, '(') ? parse_call(p, n) : word_node(p, n);
}

static int parse_entity(struct parser *p, struct node **ret_node)
{
	struct node *n = NULL;
	int rc = first_of_entity(p, &n);

	if (rc == 0 && at_sign(p, '#'))
		rc = parse_layers(p, n);
	for (unsigned depth = p->depth; rc == 0 && at_sign(p, '['); depth++) {
		struct node *slice = NULL;

		if (n->kind == NODE_REFERENCE || n->kind == NODE_WORD || depth >= DFILTER_DEPTH_MAX)
			return n->kind == NODE_WORD ? no_such_field(p, n) : unexpected(p);
		rc = new_node(p, NODE_SLICE, n->span, &slice);
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
	int rc = descend(p);

	if (rc == 0 && (at_sign(p, '-') || at_sign(p, '+'))) {
		rc = advance(p);
		if (rc == 0)
			rc = parse_unary(p, ret_node);
		if (rc == 0 && sign.sign == '-' && is_literal(*ret_node)) {
			(*ret_node)->negative = !(*ret_node)->negative;
		} else if (rc == 0 && sign.sign == '-') {
			rc = new_node(p, NODE_NEGATE, sign.span, &n);
			if (rc == 0) {
				n->left = *ret_node;
				span_to(n, n->left);
				*ret_node = n;
			}
		}
	} else if (rc == 0 && at_sign(p, '{')) {
		rc = advance(p);
		if (rc == 0)
			rc = parse_operand(p, ret_node);
		if (rc == 0)
			rc = expect(p, '}');
	} else if (rc == 0) {
		rc = parse_entity(p, ret_node);
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

		rc = new_node(p, NODE_ARITHMETIC, (*ret_node)->span, &n);
		if (rc == 0) /* each is one level deeper on its left */
			rc = descend(p);
		if (rc)
			break;
		n->op = (uint8_t)p->token.sign;
		n->left = *ret_node;
		rc = advance(p);
		if (rc == 0)
			rc = parse_binary(p, level + 1, &n->right);
		if (rc == 0) {
			span_to(n, n->right);
			*ret_node = n;
		}
	}
	p->depth = depth;
	return rc;
}

static int parse_operand(struct parser *p, struct node **ret_node)
{
	int rc = descend(p);

	if (rc == 0)
		rc = parse_binary(p, 0, ret_node);
	p->depth--;
	return rc;
}

/* ---- Tests ---- */

static int parse_simple(struct parser *p, struct node **ret_node)
{
	bool negative = at_sign(p, '-');
	int rc = negative || at_sign(p, '+') ? advance(p) : 0;

	if (rc == 0)
		rc = parse_entity(p, ret_node);
	if (rc == 0)
		(*ret_node)->negative = negative;
	return rc;
}

static int parse_element(struct parser *p, struct node **ret_node)
{
	struct node *range = NULL;
	int rc = parse_simple(p, ret_node);

	if (rc || p->token.kind != TOKEN_DOTDOT)
		return rc;
	rc = new_node(p, NODE_RANGE, (*ret_node)->span, &range);
	if (rc == 0)
		rc = advance(p);
	if (rc == 0)
		rc = parse_simple(p, &range->right);
	if (rc)
		return rc;
	range->left = *ret_node;
	span_to(range, range->right);
	*ret_node = range;
	return 0;
}

static int parse_set(struct parser *p, struct node *n)
{
	struct node **tail = &n->right;
	int rc = advance(p);

	if (rc == 0)
		rc = expect(p, '{');
	while (rc == 0) {
		rc = parse_element(p, tail);
		if (rc || !at_sign(p, ','))
			break;
		tail = &(*tail)->next;
		rc = advance(p);
	}
	return rc ? rc : expect(p, '}');
}

/* a op b, and further: a op b op c is both of them. *ret_node is a on entry. */
static int parse_compare(struct parser *p, bool all, struct node **ret_node)
{
	struct node *left = *ret_node, *first = NULL, *chain = NULL;
	int rc = 0;

	while (rc == 0 && p->token.kind == TOKEN_COMPARE) {
		struct node *n = NULL, *joined = NULL;

		rc = new_node(p, NODE_COMPARE, p->token.span, &n);
		if (rc)
			return rc;
		n->op = p->token.op;
		n->all = p->token.all || all;
		n->left = left;
		rc = advance(p);
		if (rc == 0)
			rc = parse_operand(p, &n->right);
		left = n->right;
		if (!first) {
			first = chain = n;
			*ret_node = n;
			continue;
		}
		if (*ret_node == first && rc == 0) {
			rc = new_node(p, NODE_AND, first->span, &joined);
			if (rc == 0) {
				joined->left = first;
				*ret_node = joined;
			}
		}
		chain->next = n;
		chain = n;
	}
	return rc;
}

static bool can_be_member(const struct node *n)
{
	return n->kind != NODE_ARITHMETIC && n->kind != NODE_NEGATE;
}

static int parse_in(struct parser *p, bool all, struct node **ret_node)
{
	bool inverted = p->token.kind == TOKEN_NOT;
	struct node *n = NULL, *not = NULL;
	int rc = inverted ? advance(p) : 0;

	if (rc)
		return rc;
	if (p->token.kind != TOKEN_IN)
		return unexpected(p);
	if (!can_be_member(*ret_node))
		return unexpected(p);
	rc = new_node(p, NODE_IN, p->token.span, &n);
	if (rc)
		return rc;
	n->all = all && !inverted; /* "not in": none of them is, whatever was said before */
	n->left = *ret_node;
	*ret_node = n;
	rc = parse_set(p, n);
	if (rc || !inverted)
		return rc;
	rc = new_node(p, NODE_NOT, n->span, &not );
	if (rc == 0) {
		not ->left = n;
		*ret_node = not ;
	}
	return rc;
}

static int parse_test(struct parser *p, struct node **ret_node)
{
	bool any = p->token.kind == TOKEN_ANY, all = p->token.kind == TOKEN_ALL;
	struct node *operand = NULL, *n = NULL;
	int rc = any || all ? advance(p) : 0;

	if (rc == 0)
		rc = parse_operand(p, &operand);
	if (rc)
		return rc;
	*ret_node = operand;
	if (p->token.kind == TOKEN_COMPARE)
		return parse_compare(p, all, ret_node);
	if (p->token.kind == TOKEN_IN || p->token.kind == TOKEN_NOT)
		return parse_in(p, all, ret_node);
	if (any || all)
		return unexpected(p);
	rc = new_node(p,
		      operand->kind == NODE_ARITHMETIC || operand->kind == NODE_NEGATE
			      ? NODE_NONZERO
			      : NODE_PRESENT,
		      operand->span, &n);
	if (rc == 0) {
		n->left = operand;
		*ret_node = n;
	}
	return rc;
}

static int parse_not(struct parser *p, struct node **ret_node)
{
	struct span span = p->token.span;
	int rc = descend(p);

	if (rc == 0 && p->token.kind == TOKEN_NOT) {
		struct node *n = NULL;

		rc = new_node(p, NODE_NOT, span, &n);
		if (rc == 0)
			rc = advance(p);
		if (rc == 0)
			rc = parse_not(p, &n->left);
		if (rc == 0)
			*ret_node = n;
	} else if (rc == 0 && at_sign(p, '(')) {
		rc = advance(p);
		if (rc == 0)
			rc = parse_or(p, ret_node);
		if (rc == 0)
			rc = expect(p, ')');
	} else if (rc == 0) {
		rc = parse_test(p, ret_node);
	}
	p->depth--;
	return rc;
}

/* One or more of what `part` reads, joined by tokens of a kind into one node with a list. */
static int parse_list(struct parser *p, enum token_kind joint, enum node_kind kind,
		      int (*part)(struct parser *p, struct node **ret_node), struct node **ret_node)
{
	struct node *list = NULL, *last;
	int rc = part(p, ret_node);

	last = rc ? NULL : *ret_node;
	while (rc == 0 && p->token.kind == joint) {
		if (!list) {
			rc = new_node(p, kind, p->token.span, &list);
			if (rc)
				return rc;
			list->left = last;
			*ret_node = list;
		}
		rc = advance(p);
		if (rc == 0)
			rc = part(p, &last->next);
		if (rc == 0)
			last = last->next;
	}
	return rc;
}

static int parse_and(struct parser *p, struct node **ret_node)
{
	return parse_list(p, TOKEN_AND, NODE_AND, parse_not, ret_node);
}

static int parse_or(struct parser *p, struct node **ret_node)
{
	return parse_list(p, TOKEN_OR, NODE_OR, parse_and, ret_node);
}

int filter_parse(struct dfilter *f, const char *text, size_t len, struct node **ret_root,
		 struct dfilter_error *error)
{
	struct parser p = {
		.lexer = {.filter = f, .text = text, .len = len, .error = error},
		.filter = f,
		.error = error,
	};
	struct node *root = NULL;
	int rc = advance(&p);

	if (rc == 0 && p.token.kind != TOKEN_END)
		rc = parse_or(&p, &root);
	if (rc == 0 && p.token.kind != TOKEN_END)
		rc = unexpected(&p);
	if (rc == 0)
		*ret_root = root;
	return rc;
}
