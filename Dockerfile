FROM node:22-slim AS look
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY static static
RUN npm run build

FROM python:3.11-slim
# A fixed number, so that the owner of the volume is known before the first start.
RUN useradd --system --uid 10001 --home-dir /data alongside \
    && install --directory --owner alongside --mode 700 /data
WORKDIR /app
COPY requirements/base.txt requirements/
RUN python -m pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY . .
COPY --from=look /build/static/app/app.css static/app/app.css
ENV APP_ENV=production DATA_DIR=/data LISTEN=0.0.0.0 PORT=8000 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER alongside
VOLUME /data
EXPOSE 8000
CMD ["sh", "-c", "python manage.py prepare && exec gunicorn"]
