// SPDX-License-Identifier: Apache-2.0
// The token that the parser of display filters has come to, and the nodes it makes.
#include "packet/dfilter_parser.h"

int parser_advance(struct parser *p)
{
	return lex_next(&p->lexer, &p->token);
}

bool parser_at_sign(const struct parser *p, char sign)
{
	return p->token.kind == TOKEN_SIGN && p->token.sign == sign;
}

int parser_unexpected(struct parser *p)
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

int parser_expect(struct parser *p, char sign)
{
	return parser_at_sign(p, sign) ? parser_advance(p) : parser_unexpected(p);
}

int parser_node(struct parser *p, enum node_kind kind, struct span span, struct node **ret_node)
{
	struct node *n = filter_node(p->filter, kind, span);

	if (!n)
		return filter_error(p->error, span, "The filter is too long: at most %u parts.",
				    DFILTER_NODES_MAX);
	*ret_node = n;
	return 0;
}

int parser_descend(struct parser *p)
{
	if (++p->depth > DFILTER_DEPTH_MAX)
		return filter_error(p->error, p->token.span,
				    "The filter is nested too deep: at most %u levels.",
				    DFILTER_DEPTH_MAX);
	return 0;
}

void parser_span_to(struct node *n, const struct node *last)
{
	n->span.len = last->span.at + last->span.len - n->span.at;
}
