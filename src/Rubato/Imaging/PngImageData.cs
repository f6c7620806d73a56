namespace Rubato.Imaging;

/// <summary>The data of consecutive IDAT chunks as one stream, from the first, which is current, to the last.</summary>
internal sealed class PngImageData(PngChunks chunks) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        // Afterwards the chunk behind the last IDAT is the current one.
        while (chunks.Type == "IDAT" && chunks.Remaining == 0)
            chunks.Next();
        return chunks.Type == "IDAT" ? chunks.Read(buffer) : 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
