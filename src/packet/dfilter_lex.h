/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts the text of a display filter into tokens. */
#ifndef SONDE_PACKET_DFILTER_LEX_H
#define SONDE_PACKET_DFILTER_LEX_H

#include "packet/dfilter_node.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_STRING,
	TOKEN_CHAR,
	TOKEN_REFERENCE,
	TOKEN_COMPARE,
	TOKEN_IN,
	TOKEN_NOT,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_ANY,
	TOKEN_ALL,
	TOKEN_DOTDOT,
	TOKEN_SIGN, /* a character that stands for itself: ( ) { } [ ] , # + - * / % & */
	TOKEN_UNKNOWN,
};

struct token {
	uint8_t kind; /* enum token_kind */
	uint8_t op;   /* TOKEN_COMPARE: enum compare_op */
	bool all;     /* TOKEN_COMPARE: of all values by itself (!=, ===) */
	char sign;    /* TOKEN_SIGN */
	struct span span;
	const char *text; /* word, string, char, reference: what is meant */
	uint32_t text_len;
};

struct lexer {
	struct dfilter *filter; /* whose memory strings use */
	const char *text;
	size_t len;
	size_t at;
	struct dfilter_error *error;
};

/* The next token; negative and an error for text that is none. */
int lex_next(struct lexer *l, struct token *ret_token);

/* The text up to a ']', which is stepped over: the inside of a slice whose '[' was read. */
int lex_slice(struct lexer *l, struct span *ret_span);

#endif
