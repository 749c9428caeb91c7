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
// the registry; whether it fits is filter_check()'s business. Operands are in dfilter_operand.c.
#include "packet/dfilter_parser.h"

static int parse_or(struct parser *p, struct node **ret_node);

static int parse_simple(struct parser *p, struct node **ret_node)
{
	bool negative = parser_at_sign(p, '-');
	int rc = negative || parser_at_sign(p, '+') ? parser_advance(p) : 0;

	if (rc == 0)
		rc = parser_entity(p, ret_node);
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
	rc = parser_node(p, NODE_RANGE, (*ret_node)->span, &range);
	if (rc == 0)
		rc = parser_advance(p);
	if (rc == 0)
		rc = parse_simple(p, &range->right);
	if (rc)
		return rc;
	range->left = *ret_node;
	parser_span_to(range, range->right);
	*ret_node = range;
	return 0;
}

static int parse_set(struct parser *p, struct node *n)
{
	struct node **tail = &n->right;
	int rc = parser_advance(p);

	if (rc == 0)
		rc = parser_expect(p, '{');
	while (rc == 0) {
		rc = parse_element(p, tail);
		if (rc || !parser_at_sign(p, ','))
			break;
		tail = &(*tail)->next;
		rc = parser_advance(p);
	}
	return rc ? rc : parser_expect(p, '}');
}

/* a op b, and further: a op b op c is both of them. *ret_node is a on entry. */
static int parse_compare(struct parser *p, bool all, struct node **ret_node)
{
	struct node *left = *ret_node, *first = NULL, *chain = NULL;
	int rc = 0;

	while (rc == 0 && p->token.kind == TOKEN_COMPARE) {
		struct node *n = NULL, *joined = NULL;

		rc = parser_node(p, NODE_COMPARE, p->token.span, &n);
		if (rc)
			return rc;
		n->op = p->token.op;
		n->all = p->token.all || all;
		n->left = left;
		rc = parser_advance(p);
		if (rc == 0)
			rc = parser_operand(p, &n->right);
		left = n->right;
		if (!first) {
			first = chain = n;
			*ret_node = n;
			continue;
		}
		if (*ret_node == first && rc == 0) {
			rc = parser_node(p, NODE_AND, first->span, &joined);
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
	int rc = inverted ? parser_advance(p) : 0;

	if (rc)
		return rc;
	if (p->token.kind != TOKEN_IN)
		return parser_unexpected(p);
	if (!can_be_member(*ret_node))
		return parser_unexpected(p);
	rc = parser_node(p, NODE_IN, p->token.span, &n);
	if (rc)
		return rc;
	n->all = all && !inverted; /* "not in": none of them is, whatever was said before */
	n->left = *ret_node;
	*ret_node = n;
	rc = parse_set(p, n);
	if (rc || !inverted)
		return rc;
	rc = parser_node(p, NODE_NOT, n->span, &not );
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
	int rc = any || all ? parser_advance(p) : 0;

	if (rc == 0)
		rc = parser_operand(p, &operand);
	if (rc)
		return rc;
	*ret_node = operand;
	if (p->token.kind == TOKEN_COMPARE)
		return parse_compare(p, all, ret_node);
	if (p->token.kind == TOKEN_IN || p->token.kind == TOKEN_NOT)
		return parse_in(p, all, ret_node);
	if (any || all)
		return parser_unexpected(p);
	rc = parser_node(p,
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
	int rc = parser_descend(p);

	if (rc == 0 && p->token.kind == TOKEN_NOT) {
		struct node *n = NULL;

		rc = parser_node(p, NODE_NOT, span, &n);
		if (rc == 0)
			rc = parser_advance(p);
		if (rc == 0)
			rc = parse_not(p, &n->left);
		if (rc == 0)
			*ret_node = n;
	} else if (rc == 0 && parser_at_sign(p, '(')) {
		rc = parser_advance(p);
		if (rc == 0)
			rc = parse_or(p, ret_node);
		if (rc == 0)
			rc = parser_expect(p, ')');
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
			rc = parser_node(p, kind, p->token.span, &list);
			if (rc)
				return rc;
			list->left = last;
			*ret_node = list;
		}
		rc = parser_advance(p);
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
	int rc = parser_advance(&p);

	if (rc == 0 && p.token.kind != TOKEN_END)
		rc = parse_or(&p, &root);
	if (rc == 0 && p.token.kind != TOKEN_END)
		rc = parser_unexpected(&p);
	if (rc == 0)
		*ret_root = root;
	return rc;
}
