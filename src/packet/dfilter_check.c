// SPDX-License-Identifier: Apache-2.0
// Gives every part of a display filter its type, and refuses what does not fit together.
//
// The field on the left decides: literals beside it are read as values of its type, and what else
// stands there must be of a type that compares with it.
#include <errno.h>
#include <string.h>

#include "packet/dfilter_node.h"

#define REGEX_MATCH_LIMIT   100000 /* steps of one match */
#define REGEX_DEPTH_LIMIT   1000
#define REGEX_HEAP_LIMIT_KB 256
#define REGEX_PATTERN_MAX   8192

struct checker {
	struct dfilter *filter;
	struct dfilter_error *error;
};

static int check_operand(struct checker *c, struct node *n);

static bool is_literal(const struct node *n)
{
	return n->kind == NODE_WORD || n->kind == NODE_STRING || n->kind == NODE_CHAR ||
	       n->kind == NODE_LITERAL;
}

static bool is_number(enum field_type type)
{
	return type == FIELD_UINT || type == FIELD_INT || type == FIELD_FRAME;
}

/* Whether values of type b may stand on the right of values of type a. */
static bool compatible(enum field_type a, enum field_type b)
{
	if (is_number(a))
		return is_number(b) || b == FIELD_BOOL;
	if (a == FIELD_BYTES || a == FIELD_ETHER)
		return b == FIELD_BYTES || b == FIELD_ETHER;
	return a == b;
}

static int text_of(const struct node *n)
{
	return (int)(n->text_len < 60 ? n->text_len : 60);
}

static int no_field(struct checker *c, const struct node *n, const char *why)
{
	const char *near =
		n->kind == NODE_WORD ? filter_nearest(c->filter, n->text, n->text_len) : NULL;

	return filter_error(c->error, n->span,
			    near ? "\"%.*s\" %s; the nearest is \"%s\"." : "\"%.*s\" %s.",
			    text_of(n), n->text, why, near);
}

static int incompatible(struct checker *c, const struct node *a, const struct node *b)
{
	return filter_error(c->error, b->span,
			    "A value of type %s and one of type %s do not compare.",
			    filter_type_name(a->type), filter_type_name(b->type));
}

static void want(struct dfilter *f, const struct node *n)
{
	for (unsigned i = 0; i < n->id_count; i++)
		f->wanted[n->ids[i] >> 6] |= 1ull << (n->ids[i] & 63);
}

/* The right side of a comparison or an argument: a literal becomes a value of a's type. */
static int check_beside(struct checker *c, const struct node *a, struct node *b, enum field_type as)
{
	int rc;

	if (is_literal(b)) {
		if (b->kind == NODE_LITERAL && b->type == as)
			return 0;
		return filter_literal(c->filter, b, as, a->width, a->field, c->error);
	}
	for (struct node *n = b; n->kind == NODE_ARITHMETIC; n = n->left) {
		if (!is_literal(n->left) || n->left->kind == NODE_LITERAL)
			continue; /* a literal it begins with is of a's type too */
		rc = filter_literal(c->filter, n->left, as, a->width, a->field, c->error);
		if (rc)
			return rc;
		n->left->field = a->field;
	}
	rc = check_operand(c, b);
	if (rc)
		return rc;
	if (compatible(as, b->type) || (b->kind == NODE_SLICE && filter_sliceable(as)) ||
	    (a->kind == NODE_SLICE && filter_sliceable(b->type)))
		return 0;
	return incompatible(c, a, b);
}

/* ---- Operands ---- */

static int check_slice(struct checker *c, struct node *n)
{
	int rc;

	if (is_literal(n->left))
		return no_field(c, n->left, "cannot be sliced: it is no field");
	rc = check_operand(c, n->left);
	if (rc)
		return rc;
	if (!filter_sliceable(n->left->type))
		return filter_error(c->error, n->left->span,
				    "A value of type %s cannot be sliced into a sequence of bytes.",
				    filter_type_name(n->left->type));
	n->type = FIELD_BYTES;
	return 0;
}

/* Which signs a type of value can stand beside. */
static bool can_calculate(enum field_type type, char sign)
{
	switch (type) {
	case FIELD_UINT:
	case FIELD_INT:
	case FIELD_FRAME:
		return true;
	case FIELD_DOUBLE:
		return sign != '&';
	case FIELD_DURATION:
		return sign == '+' || sign == '-';
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_IPV4:
	case FIELD_IPV6:
		return sign == '&';
	case FIELD_NONE:
	case FIELD_PROTOCOL:
	case FIELD_BOOL:
	case FIELD_STRING:
	case FIELD_TIME:
	case FIELD_TYPES:
		return false;
	}
	return false;
}

static int cannot(struct checker *c, const struct node *n, char sign)
{
	return filter_error(c->error, n->span, "A value of type %s has no \"%c\".",
			    filter_type_name(n->type), sign);
}

static int check_arithmetic(struct checker *c, struct node *n)
{
	int rc;

	if (is_literal(n->left) && n->left->kind != NODE_LITERAL)
		return filter_error(
			c->error, n->left->span,
			"Constant arithmetic on the left side is invalid: begin with a field.");
	rc = check_operand(c, n->left);
	if (rc)
		return rc;
	if (!can_calculate(n->left->type, (char)n->op))
		return cannot(c, n->left, (char)n->op);
	rc = check_beside(c, n->left, n->right, n->left->type);
	if (rc)
		return rc;
	if (!can_calculate(n->right->type, (char)n->op))
		return cannot(c, n->right, (char)n->op);
	n->type = n->left->type;
	n->width = n->left->width;
	n->field = n->left->field;
	return 0;
}

static int check_negate(struct checker *c, struct node *n)
{
	int rc = check_operand(c, n->left);

	if (rc)
		return rc;
	n->type = n->left->type;
	n->width = n->left->width;
	n->field = n->left->field;
	if (n->type == FIELD_UINT || n->type == FIELD_FRAME) {
		n->type = FIELD_INT;
		n->width = n->width > 4 ? 8 : 4;
	}
	return can_calculate(n->type, '-') ? 0 : cannot(c, n->left, '-');
}

static bool has_text_form(enum field_type type)
{
	return is_number(type) || type == FIELD_IPV4 || type == FIELD_IPV6 || type == FIELD_ETHER;
}

/* Functions of one field. */
static int check_field_function(struct checker *c, struct node *n)
{
	const struct node *arg = n->left;
	bool text = n->op == FUNCTION_UPPER || n->op == FUNCTION_LOWER;

	if (!arg || arg->next)
		return filter_error(c->error, n->span, "Function %.*s takes one argument.",
				    text_of(n), n->text);
	if (arg->kind != NODE_FIELD || (text && arg->type != FIELD_STRING))
		return filter_error(c->error, arg->span,
				    text ? "Only a field of text can be the argument of %.*s()."
					 : "Only a field can be the argument of %.*s().",
				    text_of(n), n->text);
	if (n->op == FUNCTION_STRING && !has_text_form(arg->type))
		return filter_error(c->error, arg->span,
				    "A value of type %s has no text form for string().",
				    filter_type_name(arg->type));
	n->type = text || n->op == FUNCTION_STRING ? FIELD_STRING : FIELD_UINT;
	n->width = 4;
	return 0;
}

/* max, min and abs: values that can be ordered or calculated with, all of one type. */
static int check_value_function(struct checker *c, struct node *n)
{
	struct node *first = n->left;
	unsigned count = 0;

	for (struct node *arg = n->left; arg; arg = arg->next, count++) {
		if (arg != first && is_literal(arg)) {
			int rc = check_beside(c, first, arg, first->type);

			if (rc)
				return rc;
		}
		if (arg->type != first->type || arg->width != first->width)
			return filter_error(c->error, arg->span,
					    "Arguments of %.*s() must have the same type.",
					    text_of(n), n->text);
	}
	if (count == 0 || (n->op == FUNCTION_ABS && count > 1))
		return filter_error(c->error, n->span, "Function %.*s takes %s argument.",
				    text_of(n), n->text,
				    n->op == FUNCTION_ABS ? "one" : "at least one");
	if (first->type == FIELD_NONE || first->type == FIELD_PROTOCOL ||
	    (n->op == FUNCTION_ABS && !can_calculate(first->type, '-')))
		return filter_error(c->error, first->span,
				    "A value of type %s is no argument for %.*s().",
				    filter_type_name(first->type), text_of(n), n->text);
	n->type = first->type;
	n->width = first->width;
	n->field = first->field;
	return 0;
}

static int check_call(struct checker *c, struct node *n)
{
	for (struct node *arg = n->left; arg; arg = arg->next) {
		int rc;

		if (is_literal(arg) && arg == n->left)
			return no_field(c, arg, "cannot be an argument here: it is no field");
		rc = is_literal(arg) ? 0 : check_operand(c, arg);
		if (rc)
			return rc;
	}
	if (n->op == FUNCTION_MAX || n->op == FUNCTION_MIN || n->op == FUNCTION_ABS)
		return check_value_function(c, n);
	return check_field_function(c, n);
}

static int check_operand(struct checker *c, struct node *n)
{
	switch (n->kind) {
	case NODE_FIELD:
	case NODE_REFERENCE:
		n->type = n->field->type;
		n->width = n->field->width;
		want(c->filter, n);
		return 0;
	case NODE_SLICE:
		return check_slice(c, n);
	case NODE_ARITHMETIC:
		return check_arithmetic(c, n);
	case NODE_NEGATE:
		return check_negate(c, n);
	case NODE_CALL:
		return check_call(c, n);
	case NODE_LITERAL:
		return 0;
	default: /* words, strings, characters */
		return no_field(c, n, "is neither a field nor a protocol name");
	}
}

/* ---- Tests ---- */

static int compile_regex(struct checker *c, struct node *n)
{
	struct dfilter *f = c->filter;
	const struct node *pattern = n->right;
	PCRE2_SIZE where;
	PCRE2_UCHAR why[120];
	int code;

	if (pattern->kind != NODE_STRING)
		return filter_error(
			c->error, pattern->span,
			"\"matches\" requires a double quoted string on the right side.");
	if (pattern->text_len > REGEX_PATTERN_MAX)
		return filter_error(c->error, pattern->span,
				    "A regular expression is at most %u bytes long.",
				    REGEX_PATTERN_MAX);
	n->regex = pcre2_compile((PCRE2_SPTR)pattern->text, pattern->text_len,
				 PCRE2_CASELESS | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C, &code,
				 &where, NULL);
	if (!n->regex) {
		pcre2_get_error_message(code, why, sizeof(why));
		return filter_error(c->error, pattern->span,
				    "This regular expression cannot be used: %s.",
				    (const char *)why);
	}
	f->regexes[f->regex_count++] = n->regex;
	return 0;
}

static int make_regex_room(struct dfilter *f)
{
	uint32_t room = f->regex_room ? f->regex_room * 2 : 8;
	pcre2_code **more;

	if (f->regex_count < f->regex_room)
		return 0;
	more = filter_alloc(f, room * sizeof(*more));
	if (!more)
		return -ENOMEM;
	if (f->regex_count)
		memcpy(more, f->regexes, f->regex_count * sizeof(*more));
	f->regexes = more;
	f->regex_room = room;
	if (f->match_data)
		return 0;
	f->match_data = pcre2_match_data_create(1, NULL);
	f->match_context = pcre2_match_context_create(NULL);
	if (!f->match_data || !f->match_context)
		return -ENOMEM;
	pcre2_set_match_limit(f->match_context, REGEX_MATCH_LIMIT);
	pcre2_set_depth_limit(f->match_context, REGEX_DEPTH_LIMIT);
	pcre2_set_heap_limit(f->match_context, REGEX_HEAP_LIMIT_KB);
	return 0;
}

static int check_left(struct checker *c, struct node *n)
{
	if (is_literal(n))
		return no_field(c, n,
				"stands on the left of a comparison, but is no field or function");
	return check_operand(c, n);
}

static int check_compare(struct checker *c, struct node *n)
{
	struct node *a = n->left;
	enum field_type as;
	int rc = check_left(c, a);

	if (rc)
		return rc;
	as = a->type;
	if (as == FIELD_NONE ||
	    ((n->op == COMPARE_CONTAINS || n->op == COMPARE_MATCHES) && !filter_bytes_like(as)))
		return filter_error(c->error, a->span,
				    "A value of type %s cannot take part in this comparison.",
				    filter_type_name(as));
	if (n->op == COMPARE_MATCHES) {
		if (make_regex_room(c->filter))
			return filter_error(c->error, n->span,
					    "There is no memory for this filter.");
		return compile_regex(c, n);
	}
	if (n->op == COMPARE_CONTAINS && as == FIELD_ETHER)
		as = FIELD_BYTES;
	rc = check_beside(c, a, n->right, as);
	n->value_of_quick = rc == 0 && a->kind == NODE_FIELD && !a->slices &&
			    n->op != COMPARE_CONTAINS && n->right->kind == NODE_LITERAL;
	return rc;
}

static int check_in(struct checker *c, struct node *n)
{
	int rc = check_left(c, n->left);

	if (rc)
		return rc;
	if (n->left->kind != NODE_FIELD && n->left->kind != NODE_REFERENCE)
		return filter_error(c->error, n->left->span,
				    "Only a field may be tested for membership in a set.");
	if (n->left->type == FIELD_NONE)
		return filter_error(c->error, n->left->span,
				    "A label has no value to look up in a set.");
	for (struct node *e = n->right; e && rc == 0; e = e->next) {
		struct node *low = e->kind == NODE_RANGE ? e->left : e;

		rc = check_beside(c, n->left, low, n->left->type);
		if (rc == 0 && e->kind == NODE_RANGE)
			rc = check_beside(c, n->left, e->right, n->left->type);
	}
	return rc;
}

static int check_present(struct checker *c, struct node *n)
{
	const struct node *what = n->left;

	if (what->kind == NODE_CALL || what->kind == NODE_REFERENCE)
		return filter_error(c->error, what->span,
				    what->kind == NODE_CALL
					    ? "You cannot test whether a function is present."
					    : "You cannot test whether a reference is present.");
	return check_operand(c, n->left);
}

int filter_check(struct dfilter *f, struct node *root, struct dfilter_error *error)
{
	struct checker c = {f, error};
	int rc = 0;

	switch (root->kind) {
	case NODE_AND:
	case NODE_OR:
		for (struct node *n = root->left; n && rc == 0; n = n->next)
			rc = filter_check(f, n, error);
		return rc;
	case NODE_NOT:
		return filter_check(f, root->left, error);
	case NODE_COMPARE:
		return check_compare(&c, root);
	case NODE_IN:
		return check_in(&c, root);
	case NODE_NONZERO:
		return check_operand(&c, root->left);
	default:
		return check_present(&c, root);
	}
}
