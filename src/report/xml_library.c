// SPDX-License-Identifier: Apache-2.0
// libxml2, loaded when the first report is read: see the header.
#include "report/xml_library.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#define LIBRARY "libxml2.so.2" /* Debian package libxml2 */

/* A function's address as a pointer to the function (POSIX: dlsym() gives it as an object's). */
static bool look_up(void *library, const char *name, void *ret_function)
{
	void *symbol = dlsym(library, name);

	memcpy(ret_function, &symbol, sizeof(symbol));
	return symbol;
}

int xml_library_load(struct xml_library *ret_library, struct err *err)
{
	struct xml_library x = {0};
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (!library || !look_up(library, "xmlCreatePushParserCtxt", &x.CreatePushParserCtxt) ||
	    !look_up(library, "xmlCtxtUseOptions", &x.CtxtUseOptions) ||
	    !look_up(library, "xmlParseChunk", &x.ParseChunk) ||
	    !look_up(library, "xmlStopParser", &x.StopParser) ||
	    !look_up(library, "xmlCtxtGetLastError", &x.CtxtGetLastError) ||
	    !look_up(library, "xmlFreeDoc", &x.FreeDoc) ||
	    !look_up(library, "xmlFreeParserCtxt", &x.FreeParserCtxt))
		return err_set(err, -ENOENT,
			       "reports in XML are read by " LIBRARY
			       ", which cannot be loaded; install the package libxml2.");
	*ret_library = x;
	return 0;
}
