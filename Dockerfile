# docker run --rm -v "$PWD:/work" cyclint check
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
RUN cargo build --release --locked

FROM scratch
COPY --from=build /source/target/release/cyclint /cyclint
WORKDIR /work
ENTRYPOINT ["/cyclint"]
