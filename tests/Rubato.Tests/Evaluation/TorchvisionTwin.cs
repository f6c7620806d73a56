using System.Runtime.InteropServices;
using Rubato.Checkpoints;
using Rubato.Imaging;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Evaluation;

/// <summary>
/// LPIPS in plain loops and float64, on the layers that torchvision writes down for its networks, with random weights.
/// A layer is "c index outputs kernel stride padding", "p kernel" for a pool with stride 2, "P kernel" where it rounds up,
/// "f index squeezed expanded" for a fire module, or "|" at the end of a slice.
/// </summary>
internal sealed class TorchvisionTwin
{
    private static readonly Dictionary<string, string> Layers = new(StringComparer.Ordinal)
    {
        ["SqueezeNet"] = "c 0 64 3 2 0,|,P 3,f 3 16 64,f 4 16 64,|,P 3,f 6 32 128,f 7 32 128,|,P 3,f 9 48 192,|,f 10 48 192,|,f 11 64 256,|,f 12 64 256,|",
        ["AlexNet"] = "c 0 64 11 4 2,|,p 3,c 3 192 5 1 2,|,p 3,c 6 384 3 1 1,|,c 8 256 3 1 1,|,c 10 256 3 1 1,|",
        ["VGG-16"] = "c 0 64 3 1 1,c 2 64 3 1 1,|,p 2,c 5 128 3 1 1,c 7 128 3 1 1,|,p 2,c 10 256 3 1 1,c 12 256 3 1 1,c 14 256 3 1 1,|,"
            + "p 2,c 17 512 3 1 1,c 19 512 3 1 1,c 21 512 3 1 1,|,p 2,c 24 512 3 1 1,c 26 512 3 1 1,c 28 512 3 1 1,|",
    };

    private readonly string _name;
    private readonly string[][] _layers;
    private readonly Dictionary<string, (int[] Shape, float[] Values)> _weights = new(StringComparer.Ordinal);
    private readonly Random _random = new(9);

    public TorchvisionTwin(string name)
    {
        _name = name;
        _layers = [.. Layers[name].Split(',').Select(layer => layer.Split(' '))];
        int width = 3;
        foreach (string[] layer in _layers)
        {
            int[] n = [.. layer.Skip(1).Select(int.Parse)];
            if (layer[0] == "c") Add($"features.{n[0]}", n[1], width, n[2]);
            if (layer[0] == "f")
            {
                Add($"features.{n[0]}.squeeze", n[1], width, 1);
                Add($"features.{n[0]}.expand1x1", n[2], n[1], 1);
                Add($"features.{n[0]}.expand3x3", n[2], n[1], 3);
            }

            width = layer[0] switch { "c" => n[1], "f" => 2 * n[2], _ => width };
        }

        Add("classifier.1", 7, 5, 1);   // its files have classifiers too, which do not matter here
    }

    public IEnumerable<TensorSource> Sources() => _weights.Select(weight => new TensorSource(weight.Key, SafetensorsDType.F32,
        [.. weight.Value.Shape.Select(length => (long)length)], MemoryMarshal.AsBytes(weight.Value.Values.AsSpan()).ToArray()));

    public double Lpips(Picture a, Picture b, string heads)
    {
        Dictionary<string, Tensors.Tensor> weights = NetworkFiles.Tensors(Path.Combine(heads,
            $"heads_{_name switch { "SqueezeNet" => "squeeze", "AlexNet" => "alex", _ => "vgg" }}_v0.1.safetensors"));
        double sum = 0;
        foreach ((Map x, Map y, int k) in Slices(a).Zip(Slices(b), Enumerable.Range(0, 7)))
        {
            float[] head = weights[$"lin{k}.model.1.weight"].ToArray();
            Assert.Equal(head.Length, x.Channels);
            for (int at = 0; at < x.Height * x.Width; at++)
            {
                double lengthX = Length(x, at), lengthY = Length(y, at);
                for (int c = 0; c < x.Channels; c++)
                {
                    double difference = x.Values[c][at] / lengthX - y.Values[c][at] / lengthY;
                    sum += head[c] * difference * difference / (x.Height * x.Width);
                }
            }
        }

        return sum;

        static double Length(Map map, int at) => Math.Sqrt(map.Values.Sum(plane => plane[at] * plane[at])) + 1e-10;
    }

    private List<Map> Slices(Picture picture)
    {
        double[] shift = [-0.030, -0.088, -0.188], scale = [0.458, 0.448, 0.450];
        var h = new Map(picture.Height, picture.Width, [.. Enumerable.Range(0, 3).Select(c => (double[])[.. Enumerable.Range(0,
            picture.Height * picture.Width).Select(i => (picture.Pixels[i * 3 + c] / 127.5 - 1 - shift[c]) / scale[c])])]);
        var slices = new List<Map>();
        foreach (string[] layer in _layers)
        {
            int[] n = [.. layer.Skip(1).Select(int.Parse)];
            switch (layer[0])
            {
                case "c": h = Conv(h, $"features.{n[0]}", n[3], n[4]); break;
                case "f":
                    Map s = Conv(h, $"features.{n[0]}.squeeze", 1, 0);
                    Map narrow = Conv(s, $"features.{n[0]}.expand1x1", 1, 0), wide = Conv(s, $"features.{n[0]}.expand3x3", 1, 1);
                    h = h with { Values = [.. narrow.Values, .. wide.Values] };
                    break;
                case "|": slices.Add(h); break;
                default: h = Pool(h, n[0], roundUp: layer[0] == "P"); break;
            }
        }

        return slices;
    }

    private Map Conv(Map x, string name, int stride, int padding)
    {
        (int[] shape, float[] weight) = _weights[$"{name}.weight"];
        float[] bias = _weights[$"{name}.bias"].Values;
        int kernel = shape[2], height = (x.Height + 2 * padding - kernel) / stride + 1, width = (x.Width + 2 * padding - kernel) / stride + 1;
        double[][] planes = new double[shape[0]][];
        for (int o = 0; o < shape[0]; o++)
        {
            double[] plane = planes[o] = new double[height * width];
            Array.Fill(plane, bias[o]);
            for (int i = 0; i < x.Channels; i++)
            {
                for (int tap = 0; tap < kernel * kernel; tap++)
                {
                    double w = weight[(o * x.Channels + i) * kernel * kernel + tap];
                    for (int y = 0; y < height; y++)
                    {
                        int row = y * stride - padding + tap / kernel, left = tap % kernel - padding;
                        if (row < 0 || row >= x.Height) continue;
                        int first = left < 0 ? (-left + stride - 1) / stride : 0;
                        for (int at = first; at < width && at * stride + left < x.Width; at++)
                            plane[y * width + at] += w * x.Values[i][row * x.Width + at * stride + left];
                    }
                }
            }

            for (int at = 0; at < plane.Length; at++) plane[at] = Math.Max(0, plane[at]);
        }

        return new Map(height, width, planes);
    }

    private static Map Pool(Map x, int kernel, bool roundUp)
    {
        int height = Windows(x.Height), width = Windows(x.Width);
        return new Map(height, width, [.. x.Values.Select(plane => (double[])[.. Enumerable.Range(0, height * width).Select(at
            => (from row in Enumerable.Range(at / width * 2, kernel)
                from column in Enumerable.Range(at % width * 2, kernel)
                where row < x.Height && column < x.Width
                select plane[row * x.Width + column]).Max())])]);

        int Windows(int size) => (roundUp ? (int)Math.Ceiling((size - kernel) / 2.0) : (size - kernel) / 2) + 1;
    }

    /// <summary>Weights of a size that keeps numbers near 1.</summary>
    private void Add(string name, int outputs, int inputs, int kernel)
    {
        double size = Math.Sqrt(6.0 / (inputs * kernel * kernel));
        _weights[$"{name}.weight"] = ([outputs, inputs, kernel, kernel], [.. Enumerable.Range(0, outputs * inputs * kernel * kernel)
            .Select(_ => (float)(size * (2 * _random.NextDouble() - 1)))]);
        _weights[$"{name}.bias"] = ([outputs], [.. Enumerable.Range(0, outputs).Select(_ => (float)(0.1 * _random.NextDouble()))]);
    }

    private sealed record Map(int Height, int Width, double[][] Values)
    {
        public int Channels => Values.Length;
    }
}
