/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libxml2, loaded when the first report is read.
 *
 * Only `sonde explain --compare` reads XML, while the library and what it needs (ICU, the C++
 * runtime) cost every scan two megabytes and its start a millisecond. So it is not linked.
 */
#ifndef SONDE_REPORT_XML_LIBRARY_H
#define SONDE_REPORT_XML_LIBRARY_H

#include <libxml/parser.h>

#include "base/err.h"

/* The functions of libxml2 that are used, under its names without "xml"; see libxml/parser.h. */
struct xml_library {
	__typeof__(xmlCreatePushParserCtxt) *CreatePushParserCtxt;
	__typeof__(xmlCtxtUseOptions) *CtxtUseOptions;
	__typeof__(xmlParseChunk) *ParseChunk;
	__typeof__(xmlStopParser) *StopParser;
	__typeof__(xmlCtxtGetLastError) *CtxtGetLastError;
	__typeof__(xmlFreeDoc) *FreeDoc;
	__typeof__(xmlFreeParserCtxt) *FreeParserCtxt;
};

/* 0, or -ENOENT with a sentence when the library is not there. It stays loaded. */
int xml_library_load(struct xml_library *ret_library, struct err *err);

#endif
