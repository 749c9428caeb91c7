/* SPDX-License-Identifier: Apache-2.0 */
/* What the two files of the parser of display filters share; nobody else includes this. */
#ifndef SONDE_PACKET_DFILTER_PARSER_H
#define SONDE_PACKET_DFILTER_PARSER_H

#include <stdbool.h>

#include "packet/dfilter_lex.h"

struct parser {
	struct lexer lexer;
	struct token token; /* the next one, not yet taken */
	struct dfilter *filter;
	struct dfilter_error *error;
	unsigned depth;
};

/* These return 0, or a negative code when p->error says what is wrong. */

/* Takes the next token. */
int parser_advance(struct parser *p);

/* The next token is this sign. */
bool parser_at_sign(const struct parser *p, char sign);

/* Says that the next token is not what could stand here. */
int parser_unexpected(struct parser *p);

/* Takes this sign, which must come next. */
int parser_expect(struct parser *p, char sign);

/* A new node of the filter, which owns it. */
int parser_node(struct parser *p, enum node_kind kind, struct span span, struct node **ret_node);

/* Every level of nesting draws from one budget; leave with p->depth--. */
int parser_descend(struct parser *p);

/* The node reaches to the end of `last`. */
void parser_span_to(struct node *n, const struct node *last);

/* The rules `operand` and `entity` of the grammar (dfilter_parse.c), read from the next token on. */
int parser_operand(struct parser *p, struct node **ret_node);
int parser_entity(struct parser *p, struct node **ret_node);

#endif
