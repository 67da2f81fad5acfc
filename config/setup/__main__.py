import sys

from config.embedded.refusal import Refusal

USAGE = "用法：python3 -m config.setup run | test | clean"


def main(argv: list[str]) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - whatever Python is on the machine starts this
        raise Refusal(
            f"需要 Python 3.11 或更高版本，现在是 {sys.version.split()[0]}：请用 make PYTHON=python3.11 指定。"
        )
    # An older Python could not read them.
    from config.setup import clean, debian, environment  # noqa: PLC0415

    match argv:
        case ["run"]:
            with environment.locked():
                debian.provide_server()
                debian.provide_for_pdf()
                environment.provide()
        case ["test"]:
            with environment.locked():
                debian.provide_server()
                debian.provide_for_tests()
                environment.provide()
        case ["clean"]:
            clean.clean()
        case _:
            print(USAGE, file=sys.stderr)
            raise SystemExit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
