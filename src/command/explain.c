#include "command/command.h"
int command_explain(int argc, char *const argv[]) { (void)argc; (void)argv; return 2; }
