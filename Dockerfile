# The page in a container: docker build -t face2music . && docker run -p 7860:7860 face2music
FROM python:3.12-slim-bookworm

WORKDIR /app
COPY packages.txt requirements.txt constraints.txt ./
# The synthesiser's versions are the distribution's.
# hadolint ignore=DL3008
RUN apt-get update \
    && xargs -a packages.txt apt-get install --yes --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* \
    && pip install --no-cache-dir --constraint constraints.txt --requirement requirements.txt \
    && useradd --uid 1000 --create-home visitor
COPY app.py ./
COPY assets assets
COPY face2music face2music

USER 1000
ENV GRADIO_SERVER_NAME=0.0.0.0 PYTHONDONTWRITEBYTECODE=1
EXPOSE 7860
CMD ["python", "app.py"]
