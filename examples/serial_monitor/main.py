"""Monitors the same port twice: an example of what a reference cycle costs."""

from monitor import Monitor


def record(device):
    monitor = Monitor(device)
    monitor.port.feed("ready")
    return monitor.lines


def main():
    print("first:", record("/dev/ttyS0"))
    # Nobody uses the first monitor any more, nor its port. Is the device free again?
    try:
        print("second:", record("/dev/ttyS0"))
    except OSError as error:
        print("second:", error)


if __name__ == "__main__":
    main()
