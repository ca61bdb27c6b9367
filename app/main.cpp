#include "app/application.h"

int main(int argc, char **argv)
{
    return heddle::app::run(argc, argv);
}
